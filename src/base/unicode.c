/* See unicode.h. */
#include "base/unicode.h"

#include <pthread.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/check.h"
#include "base/utf8.h"

/* --- characters --------------------------------------------------------------------------------------------------- */

/* The character in a text of one. */
static UChar32 character(str one)
{
    static const unsigned char first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    UChar32 c = one.p[0] & first_bits[one.n];
    for (size_t i = 1; i < one.n; i++) c = c << 6 | (one.p[i] & 0x3F);
    return c;
}

static UChar32 take(str *text)
{
    str one = str_first(*text, utf8_length(*text));
    CHECK(one.n > 0);
    *text = str_from(*text, one.n);
    return character(one);
}

static UChar32 take_last(str *text)
{
    size_t start = text->n - 1;
    while (start > 0 && (text->p[start] & 0xC0) == 0x80) start--;
    str one = str_from(*text, start);
    *text = str_first(*text, start);
    return character(one);
}

str unicode_trim(str text)
{
    for (str rest = text; rest.n > 0 && u_isUWhiteSpace(take(&rest)); text = rest) continue;
    for (str rest = text; rest.n > 0 && u_isUWhiteSpace(take_last(&rest)); text = rest) continue;
    return text;
}

/* The pattern of Braille without dots is a symbol to Unicode, and blank. */
static bool is_visible(UChar32 c)
{
    static const uint32_t invisible = U_GC_C_MASK & ~(U_GC_CN_MASK | U_GC_CO_MASK);
    static const UChar32 braille_blank = 0x2800;
    if (U_MASK(u_charType(c)) & (invisible | U_GC_M_MASK | U_GC_Z_MASK)) return false;
    return c != braille_blank && !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool unicode_is_visible(str text)
{
    while (text.n > 0) {
        if (is_visible(take(&text))) return true;
    }
    return false;
}

/* Marks of a direction (U+200E, U+200F, U+061C) are not among them: names in mixed scripts have those. */
static bool changes_direction(UChar32 c)
{
    switch (u_charDirection(c)) {
    case U_LEFT_TO_RIGHT_EMBEDDING:
    case U_LEFT_TO_RIGHT_OVERRIDE:
    case U_RIGHT_TO_LEFT_EMBEDDING:
    case U_RIGHT_TO_LEFT_OVERRIDE:
    case U_POP_DIRECTIONAL_FORMAT:
    case U_FIRST_STRONG_ISOLATE:
    case U_LEFT_TO_RIGHT_ISOLATE:
    case U_RIGHT_TO_LEFT_ISOLATE:
    case U_POP_DIRECTIONAL_ISOLATE:
        return true;
    default:
        return false;
    }
}

bool unicode_is_line(str text)
{
    static const uint32_t breaks = U_GC_CC_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
    while (text.n > 0) {
        UChar32 c = take(&text);
        if (U_MASK(u_charType(c)) & breaks || changes_direction(c)) return false;
    }
    return true;
}

bool unicode_has_control(str text)
{
    while (text.n > 0) {
        UChar32 c = take(&text);
        if (u_charType(c) == U_CONTROL_CHAR && c != '\n' && c != '\r' && c != '\t') return true;
    }
    return false;
}

/* --- normal forms ------------------------------------------------------------------------------------------------- */

/* Text in UTF-16, as ICU normalises it. */
struct wide {
    UChar *units;
    int32_t n;
};

/* At most one unit for each byte of UTF-8. */
static struct wide wide_of(struct arena *arena, str text)
{
    UErrorCode code = U_ZERO_ERROR;
    struct wide wide = {.units = ARENA_ARRAY(arena, UChar, text.n + 1)};
    u_strFromUTF8(wide.units, (int32_t)text.n + 1, &wide.n, text.p ? text.p : "", (int32_t)text.n, &code);
    CHECK(U_SUCCESS(code));
    return wide;
}

/* In UTF-8: at most three bytes for each unit. */
static str normalised(struct arena *arena, const UNormalizer2 *form, struct wide wide)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t n = unorm2_normalize(form, wide.units, wide.n, NULL, 0, &code), length;
    CHECK(code == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(code));
    code = U_ZERO_ERROR;
    UChar *units = ARENA_ARRAY(arena, UChar, (size_t)n + 1);
    unorm2_normalize(form, wide.units, wide.n, units, n + 1, &code);
    char *bytes = arena_alloc(arena, 3 * (size_t)n + 1);
    u_strToUTF8(bytes, 3 * n + 1, &length, units, n, &code);
    CHECK(U_SUCCESS(code));
    return (str){bytes, (size_t)length};
}

str unicode_folded(struct arena *arena, str text)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&code);
    CHECK(U_SUCCESS(code));
    return normalised(arena, form, wide_of(arena, text));
}

str unicode_opaque(struct arena *arena, str text)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFCInstance(&code);
    struct wide wide = wide_of(arena, text);
    CHECK(U_SUCCESS(code));
    for (int32_t i = 0; i < wide.n; i++) {
        if (u_charType(wide.units[i]) == U_SPACE_SEPARATOR) wide.units[i] = ' '; /* all are in the first plane */
    }
    return normalised(arena, form, wide);
}

/* --- order -------------------------------------------------------------------------------------------------------- */

static UCollator *root;

static void root_open(void)
{
    UErrorCode code = U_ZERO_ERROR;
    root = ucol_open("", &code);
    CHECK(U_SUCCESS(code));
}

int unicode_compare(str a, str b)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    UErrorCode code = U_ZERO_ERROR;
    pthread_once(&once, root_open);
    UCollationResult result = ucol_strcollUTF8(root, a.p, (int32_t)a.n, b.p, (int32_t)b.n, &code);
    CHECK(U_SUCCESS(code));
    if (result != UCOL_EQUAL) return result;
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}
