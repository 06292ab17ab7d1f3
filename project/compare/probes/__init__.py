"""The attacks, one a file; this list is the catalogue, in its order."""

from types import ModuleType

from project.compare.probes import (
    p07_client_timing,
    p18_logout,
    p20_password,
    p24_refresh_replay,
    p25_refresh_race,
    p26_endless_refresh,
    p27_wrong_kind,
    p28_broken_signature,
    p29_algorithm,
    p30_key_of_the_token,
    p31_audience,
    p32_time_claims,
    p33_weak_key,
    p35_client_secret,
    p39_scope,
    p40_strangers,
    p42_doors,
    p49_secrets,
)

PROBES: tuple[ModuleType, ...] = (
    p07_client_timing,
    p18_logout,
    p20_password,
    p24_refresh_replay,
    p25_refresh_race,
    p26_endless_refresh,
    p27_wrong_kind,
    p28_broken_signature,
    p29_algorithm,
    p30_key_of_the_token,
    p31_audience,
    p32_time_claims,
    p33_weak_key,
    p35_client_secret,
    p39_scope,
    p40_strangers,
    p42_doors,
    p49_secrets,
)
