"""The User-Agent of a sign-in in words that a person knows a device by."""

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
    "PostmanRuntime": "Postman",
    "Bruno": "Bruno",
    "curl/": "curl",
    "HTTPie/": "HTTPie",
    "PowerShell/": "PowerShell",
    "python": "Python",
    "node": "Node",
}
"""What a User-Agent holds -> its name. The first that fits: most browsers name others beside themselves."""

SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def in_words(label: str) -> str:
    """`Firefox on Windows`; what nobody knows stays as it came."""
    browser = next((name for part, name in BROWSERS.items() if part in label), label[:60])
    system = next((name for part, name in SYSTEMS.items() if part in label), "")
    if not browser:
        return "Unknown device"
    return f"{browser} on {system}" if system else browser
