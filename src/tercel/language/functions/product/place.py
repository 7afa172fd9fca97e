"""Places on the globe."""

from __future__ import annotations

from decimal import Decimal
from math import asin, cos, isfinite, radians, sin, sqrt

from tercel.language.catalogue.catalogue import Family
from tercel.language.errors import RangeError, TypeMismatchError
from tercel.language.running.run import Run
from tercel.language.values.costs import STEPS_PER_PLACE
from tercel.language.values.kinds import (
    BOOLEAN,
    LOCATION,
    NUMBER,
    Location,
)
from tercel.language.values.values import kind_of_value

FAMILY = Family("Place", is_foldable=True)

_EARTH_RADIUS_KM = 6371.0088
_CORNERS = '["location", 0, 0], ["location", 0, 2], ["location", 2, 2], ["location", 2, 0]'
_EXAMPLE = '["location", 52.52, 13.405]'


@FAMILY.define(
    "location",
    "latitude:number longitude:number",
    LOCATION,
    examples=[(f'["distanceKm", {_EXAMPLE}, {_EXAMPLE}]', "0")],
    errors="range",
)
def location(_run: Run, latitude: Decimal, longitude: Decimal) -> Location:
    """Return the place at a latitude and a longitude in degrees."""
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise RangeError("a latitude lies within ±90 and a longitude within ±180 degrees")
    return Location(latitude, longitude)


@FAMILY.define(
    "distanceKm",
    "from:location to:location",
    NUMBER,
    examples=[(f'["round", ["distanceKm", {_EXAMPLE}, ["location", 48.137, 11.575]]]', "504")],
)
def distance_km(run: Run, start: Location, end: Location) -> Decimal:
    # Because: trigonometry is the one place without exact decimals; the result is rounded to six digits.
    """Return the distance along the globe in kilometres (haversine, radius 6371.0088 km), to the millimetre."""
    run.spend(STEPS_PER_PLACE)
    first, second = radians(start.latitude), radians(end.latitude)
    across = sin((second - first) / 2) ** 2
    along = cos(first) * cos(second) * sin(radians(end.longitude - start.longitude) / 2) ** 2
    kilometres = 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(across + along)))
    assert isfinite(kilometres), "places lie on the globe"
    return Decimal(f"{kilometres:.6f}").normalize() + 0


@FAMILY.define(
    "withinRadius",
    "place:location centre:location kilometres:number",
    BOOLEAN,
    examples=[(f'["withinRadius", {_EXAMPLE}, ["location", 52.5, 13.4], 5]', "true")],
    phrases="{0} is within {2} km of {1}|{0} is more than {2} km from {1}",
)
def within_radius(run: Run, place: Location, centre: Location, kilometres: Decimal) -> bool:
    """Tell whether a place is at most `kilometres` from another."""
    distance: Decimal = distance_km(run, place, centre)
    return distance <= kilometres


@FAMILY.define(
    "withinPolygon",
    "place:location corners:list",
    BOOLEAN,
    examples=[
        (
            f'["withinPolygon", ["location", 1, 1], ["list", {_CORNERS}]]',
            "true",
        )
    ],
    errors="type",
    phrases="{0} is within {1}|{0} is outside {1}",
)
def within_polygon(run: Run, place: Location, corners: list[object]) -> bool:
    """Tell whether a place lies within a polygon or on its edge."""
    run.spend(len(corners) * STEPS_PER_PLACE)
    known: list[Location] = []
    for corner in corners:
        if not isinstance(corner, Location):
            raise TypeMismatchError(
                f"the corners of a polygon are locations, found a {kind_of_value(corner)}"
            )
        known.append(corner)
    inside = False
    for index, end in enumerate(known):
        start = known[index - 1]
        if _is_on_edge(place, start, end):
            return True
        if _crosses(place, start, end):
            inside = not inside
    return inside


def _side(place: Location, start: Location, end: Location) -> Decimal:
    """Positive on one side of the line through two corners, negative on the other, zero on it."""
    return (end.longitude - start.longitude) * (place.latitude - start.latitude) - (
        end.latitude - start.latitude
    ) * (place.longitude - start.longitude)


def _is_on_edge(place: Location, start: Location, end: Location) -> bool:
    if _side(place, start, end) != 0:
        return False
    latitudes, longitudes = sorted((start.latitude, end.latitude)), sorted((start.longitude, end.longitude))
    return (
        latitudes[0] <= place.latitude <= latitudes[1] and longitudes[0] <= place.longitude <= longitudes[1]
    )


def _crosses(place: Location, start: Location, end: Location) -> bool:
    """Tell whether the ray from the place to growing longitudes crosses the edge."""
    if (start.latitude > place.latitude) == (end.latitude > place.latitude):
        return False
    side = _side(place, start, end)
    return side > 0 if end.latitude < start.latitude else side < 0
