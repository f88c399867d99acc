/*
 * raster_plain.h: the raster once more, as it is where a processor has no lanes: the same files,
 * compiled with LANES_PLAIN under other names (tests/CMakeLists.txt).
 */
#ifndef SANDWIRE_TESTS_VIZ_RASTER_PLAIN_H
#define SANDWIRE_TESTS_VIZ_RASTER_PLAIN_H

#include "viz/raster.h"

bool plain_raster_open(Raster *, int width, int height, float scale, RasterText *, void *user);
void plain_raster_close(Raster *);
void plain_raster_draw(Raster *, const Display *, Theme);

#endif
