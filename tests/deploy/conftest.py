from tests.staff.conftest import desk, empty_database, make_desk  # noqa: F401
