/*
 * sdl_film_webp.c: an animated WebP, without loss, by libwebp and libwebpmux.
 *
 * Lossless, because lines and letters are what a lossy code is worst at and what it packs best.
 * Pictures that stay the same are given once, with the time they stay.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "viz/sdl_film.h"

typedef struct Inside {
    WebPAnimEncoder *encoder;
    WebPConfig config;
    WebPPicture picture;
} Inside;

static char message[256];

static bool fail(const char **error, const char *what)
{
    snprintf(message, sizeof message, "WebP: %s", what);
    *error = message;
    return false;
}

static bool add(Film *film, const uint32_t *pixels, uint32_t at_ms, const char **error)
{
    Inside *in = film->inside;
    size_t row = (size_t)film->width * sizeof *pixels;
    for (int y = 0; y < film->height; y++)
        memcpy(in->picture.argb + (size_t)y * (size_t)in->picture.argb_stride,
               pixels + (size_t)y * (size_t)film->width, row);
    if (!WebPAnimEncoderAdd(in->encoder, &in->picture, (int)at_ms, &in->config))
        return fail(error, WebPAnimEncoderGetError(in->encoder));
    return true;
}

static bool write_file(const char *path, const WebPData *data)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(data->bytes, 1, data->size, f) == data->size;
    return f && fclose(f) == 0 && ok;
}

static bool close_film(Film *film, bool keep, uint32_t end_ms, const char **error)
{
    Inside *in = film->inside;
    WebPData data;
    WebPDataInit(&data);
    bool ok = keep;
    if (ok && (!WebPAnimEncoderAdd(in->encoder, NULL, (int)end_ms, NULL) ||
               !WebPAnimEncoderAssemble(in->encoder, &data)))
        ok = fail(error, WebPAnimEncoderGetError(in->encoder));
    if (ok && !write_file(film->path, &data))
        ok = fail(error, film->lang == LANG_ZH ? "无法写入文件" : "the file cannot be written");
    WebPDataClear(&data);
    WebPPictureFree(&in->picture);
    WebPAnimEncoderDelete(in->encoder);
    free(in);
    return ok;
}

bool film_webp(Film *film, const char **error)
{
    WebPAnimEncoderOptions options;
    Inside *in = calloc(1, sizeof *in);
    if (!in || !WebPAnimEncoderOptionsInit(&options) || !WebPConfigInit(&in->config) ||
        !WebPConfigLosslessPreset(&in->config, 1) || !WebPPictureInit(&in->picture)) {
        free(in);
        return fail(error, "not this version of the library");
    }
    options.kmax = 0; /* key pictures only where the encoder wants one */
    in->config.thread_level = 0;
    in->picture.use_argb = 1;
    in->picture.width = film->width;
    in->picture.height = film->height;
    in->encoder = WebPAnimEncoderNew(film->width, film->height, &options);
    film->inside = in;
    film->add = add;
    film->close = close_film;
    if (in->encoder && WebPPictureAlloc(&in->picture))
        return true;
    WebPAnimEncoderDelete(in->encoder);
    free(in);
    return fail(error, film->lang == LANG_ZH ? "内存不足" : "out of memory");
}
