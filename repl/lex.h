/*
 * lex.h: a line of the language, cut into words.
 *
 *     A send "a; b"; drop #3   # only now a comment
 *     |------------| |------|
 *      one command    the next
 *
 * Words are what blanks separate; a string in double quotes is one word. ';' ends a command, '#'
 * begins a comment, except that '#' and a digit inside a command is a row number. What a Chinese
 * input method writes for ASCII punctuation (full-width forms, curly quotes) is read as the ASCII
 * character it stands for, outside of strings.
 *
 * Tokens are places in the normalized line; nothing is copied.
 */
#ifndef SANDWIRE_REPL_LEX_H
#define SANDWIRE_REPL_LEX_H

#include "core/base/base.h"

enum { LEX_LINE_MAX = 16384, LEX_TOKENS_MAX = 64 };

typedef enum TokenKind { TOKEN_WORD = 0, TOKEN_STRING } TokenKind;

typedef struct Token {
    uint32_t at, len; /* in the line; a string with its quotes */
    TokenKind kind;
} Token;

typedef enum LexError {
    LEX_OK = 0,
    LEX_UNCLOSED_STRING, /* error_at: its opening quote */
    LEX_TOO_MANY_WORDS
} LexError;

typedef struct Lexed {
    Token token[LEX_TOKENS_MAX];
    uint32_t count;
    uint32_t begin, end; /* the command's text, without blanks around it */
    uint32_t next;       /* where the following command begins; the line's length at the end */
    bool comment;        /* a comment ended it */
    LexError error;
    uint32_t error_at;
} Lexed;

/* Copies a line into out (cap bytes) with full-width punctuation made ASCII; returns its length.
 * What is longer than cap - 1 is cut and *cut set. */
size_t lex_normalize(const char *line, char *out, size_t cap, bool *cut);

/* Reads one command of the line, from offset `from`. False if it has an error. */
bool lex_command(const char *line, size_t len, size_t from, Lexed *);

/* The bytes of a string token's text (with its quotes): \n \r \t \0 \\ \" \xHH are understood.
 * Returns how many; never more than len - 2. *bad_at is the offset of a wrong escape, or len. */
size_t lex_string(const char *token, size_t len, uint8_t *out, size_t *bad_at);

#endif
