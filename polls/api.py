"""The polls API: the same in every profile, whoever authenticates."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import filters, status
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed, NotFound, ValidationError
from rest_framework.fields import empty
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ModelViewSet

from .models import Choice, Question, with_choices
from .serializers import Id, QuestionSerializer, VoteSerializer

View = TypeVar("View", bound=Callable[..., Response])

LONGEST_SEARCH = 200
usable = Id()


class StaffWrites(BasePermission):
    """Everybody reads, staff changes. A method that is not there is a 405 for everybody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or view.action is None or request.user.is_staff


class Page(PageNumberPagination):
    page_size = 20
    last_page_strings = ()

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        (page,) = super().get_schema_operation_parameters(view)
        return [page | {"schema": {"type": "integer", "minimum": 1}, "allowEmptyValue": True}]


class Search(filters.SearchFilter):
    """Bounded: a database gives up on an expression of a thousand words."""

    def get_search_terms(self, request: Request) -> list[str]:
        if len(request.query_params.get(self.search_param, "")) > LONGEST_SEARCH:
            raise ValidationError({self.search_param: [f"Ensure this has no more than {LONGEST_SEARCH} characters."]})
        try:
            return super().get_search_terms(request)
        except ValidationError as error:
            raise ValidationError({self.search_param: error.detail}) from error

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        (search,) = super().get_schema_operation_parameters(view)
        return [search | {"schema": {"type": "string", "maxLength": LONGEST_SEARCH}}]


class Ordering(filters.OrderingFilter):
    """Refuses what it does not know, and ends with the id: no question is on two pages, or on none."""

    def remove_invalid_fields(self, queryset: QuerySet[Any], fields: Iterable[str], view: Any, request: Request) -> list[str]:
        names = [field.removeprefix("-") for field in fields]
        if len(set(names)) < len(names) or not set(names) <= set(view.ordering_fields):
            known = ", ".join(view.ordering_fields)
            raise ValidationError({self.ordering_param: [f"Accepted: {known}, each once, with or without a minus."]})
        return [*fields] if "id" in names else [*fields, "-id"]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        (ordering,) = super().get_schema_operation_parameters(view)
        names = [sign + field for field in view.ordering_fields for sign in ("", "-")]
        items = {"type": "array", "items": {"type": "string", "enum": names}, "uniqueItems": True}
        return [ordering | {"schema": items, "style": "form", "explode": False, "allowEmptyValue": True}]


def documented(
    description: str, responses: dict[int, Any], request: Any = empty, methods: list[str] | None = None
) -> Callable[[View], View]:
    """What is peculiar to an operation; what every operation may answer is added where the schema is made."""
    for code, response in responses.items():
        if isinstance(response, str):
            responses[code] = OpenApiResponse(description=response)
    decorate: Callable[[View], View] = extend_schema(
        description=description, responses=responses, request=request, methods=methods
    )
    return decorate


NO_PAGE = "There is no such page."
NO_QUESTION = "There is no such question, or not yet."
NO_VOTE = "There is no such question, or I have not voted on it."
STAFF = "Staff alone may do this."
UNUSABLE = "A search or an ordering that can't be used."

AS_JSON = {"application/json": QuestionSerializer}
"""A form is taken too (`choices[0]choice_text`), but OpenAPI has no words for a list of objects in one."""

KEEPS = "A choice with its id stays, with its votes; one without an id is new; those that are missing go."


@extend_schema_view(
    list=documented(
        "The questions, newest first, 20 a page.",
        {200: QuestionSerializer(many=True), 400: UNUSABLE, 404: NO_PAGE},
    ),
    retrieve=documented("One question and its choices.", {200: QuestionSerializer, 404: NO_QUESTION}),
    create=documented("Ask a question.", {201: QuestionSerializer, 403: STAFF}, AS_JSON),
    update=documented(f"Replace a question. {KEEPS}", {200: QuestionSerializer, 403: STAFF, 404: NO_QUESTION}, AS_JSON),
    partial_update=documented(
        f"Change parts of a question; `choices`, if given, as a whole. {KEEPS}",
        {200: QuestionSerializer, 403: STAFF, 404: NO_QUESTION},
        AS_JSON,
    ),
    destroy=documented("Delete a question, its choices and votes.", {204: None, 403: STAFF, 404: NO_QUESTION}),
)
class QuestionViewSet(ModelViewSet[Question]):
    queryset = Question.objects.all()
    serializer_class = QuestionSerializer
    permission_classes = [IsAuthenticated, StaffWrites]
    pagination_class = Page
    filter_backends = [Search, Ordering]
    search_fields = ["question_text"]
    ordering_fields = ["pub_date", "question_text", "id"]

    def get_queryset(self) -> QuerySet[Question]:
        return Question.objects.visible_to(self.request.user)

    def get_object(self) -> Question:
        """As REST framework's, by SQL that is written once."""
        try:
            question = Question.objects.seen_by(self.request.user, usable.run_validation(self.kwargs["pk"]))
        except (ValidationError, Question.DoesNotExist):
            raise NotFound("No Question matches the given query.") from None
        self.check_object_permissions(self.request, question)
        return question

    def paginate_queryset(self, queryset: Any) -> Any:
        return with_choices(super().paginate_queryset(queryset) or [])

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def handle_exception(self, exc: Exception) -> Response:
        """What somebody deleted since the request began: the question is a 404, the account a refused credential."""
        if isinstance(exc, Question.DoesNotExist):
            exc = NotFound()
        elif isinstance(exc, get_user_model().DoesNotExist):
            exc = AuthenticationFailed("This account was deleted.")
        return super().handle_exception(exc)

    @documented("My vote.", {200: VoteSerializer, 404: NO_VOTE})
    @action(detail=True, permission_classes=api_settings.DEFAULT_PERMISSION_CLASSES, serializer_class=VoteSerializer)
    def vote(self, request: Request, pk: str) -> Response:
        vote = self.get_object().vote_of(request.user)
        if vote is None:
            raise NotFound("You have not voted on this question.")
        return Response(self.get_serializer(vote).data)

    @vote.mapping.put
    @vote.mapping.post
    @documented("Vote, or move my vote: one vote a user a question.", {200: VoteSerializer, 404: NO_QUESTION}, methods=["PUT"])
    @documented("Vote as by PUT, for a client that lacks it.", {200: VoteSerializer, 404: NO_QUESTION}, methods=["POST"])
    def cast(self, request: Request, pk: str) -> Response:
        question = self.get_object()
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            vote = question.cast(request.user, wanted.validated_data["choice_id"])
        except Choice.DoesNotExist:
            raise ValidationError({"choice": ["This is not a choice of the question."]}) from None
        return Response(self.get_serializer(vote).data)

    @vote.mapping.delete
    @documented("Withdraw my vote.", {204: None, 404: NO_VOTE})
    def withdraw(self, request: Request, pk: str) -> Response:
        if not self.get_object().withdraw(request.user):
            raise NotFound("You have not voted on this question.")
        return Response(status=status.HTTP_204_NO_CONTENT)
