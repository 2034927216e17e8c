/*
 * The encodings that are read, by all their names. A label outside this table says
 * nothing: UTF-7, EBCDIC and the like only serve to smuggle markup past a check.
 */
#include "charset_int.h"

#include <string.h>

#define LABEL_MAX ((size_t)40)

/* A label stands here in lower case without punctuation, between spaces. */
const struct rk_cs rk_cs_table[] = {
    {"utf-8", RK_CS_UTF8, NULL, " utf8 unicode11utf8 unicode20utf8 xunicode20utf8 "},
    {"windows-874", RK_CS_THAI, NULL,
	" windows874 tis620 tis6200 tis6201 tis6202533 tis6202529 iso885911 cp874 "
	"dos874 "
	"ms874 xwindows874 ibm874 874 cstis620 isoir166 thai xtis620 macthai "
	"xmacthai "},
    {"windows-1252", RK_CS_LATIN, NULL,
	" windows1252 iso88591 latin1 l1 cp1252 xcp1252 usascii ascii ansix341968 "
	"isoir100 "
	"iso646us cp819 ibm819 csisolatin1 us ansi 88591 "},
    {"utf-16le", RK_CS_UTF16LE, NULL, " utf16le "},
    {"utf-16be", RK_CS_UTF16BE, NULL, " utf16be unicodefffe "},
    {"utf-16", RK_CS_UTF16, NULL, " utf16 unicode ucs2 iso10646ucs2 csunicode "},
    {"utf-32le", RK_CS_UTF32LE, NULL, " utf32le ucs4le "},
    {"utf-32be", RK_CS_UTF32BE, NULL, " utf32be ucs4be "},
    {"utf-32", RK_CS_UTF32, NULL, " utf32 ucs4 iso10646ucs4 "},
    {"iso-8859-2", RK_CS_SINGLE, "iso-8859-2", " iso88592 latin2 l2 "},
    {"iso-8859-3", RK_CS_SINGLE, "iso-8859-3", " iso88593 latin3 l3 "},
    {"iso-8859-4", RK_CS_SINGLE, "iso-8859-4", " iso88594 latin4 l4 "},
    {"iso-8859-5", RK_CS_SINGLE, "iso-8859-5", " iso88595 cyrillic "},
    {"iso-8859-6", RK_CS_SINGLE, "iso-8859-6", " iso88596 arabic ecma114 "},
    {"iso-8859-7", RK_CS_SINGLE, "iso-8859-7", " iso88597 greek ecma118 "},
    {"iso-8859-8", RK_CS_SINGLE, "iso-8859-8", " iso88598 hebrew iso88598i "},
    {"windows-1254", RK_CS_SINGLE, "windows-1254",
	" windows1254 iso88599 latin5 cp1254 "},
    {"iso-8859-10", RK_CS_SINGLE, "iso-8859-10", " iso885910 latin6 "},
    {"iso-8859-13", RK_CS_SINGLE, "iso-8859-13", " iso885913 "},
    {"iso-8859-14", RK_CS_SINGLE, "iso-8859-14", " iso885914 "},
    {"iso-8859-15", RK_CS_SINGLE, "iso-8859-15", " iso885915 latin9 l9 "},
    {"windows-1250", RK_CS_SINGLE, "windows-1250", " windows1250 cp1250 "},
    {"windows-1251", RK_CS_SINGLE, "windows-1251", " windows1251 cp1251 win1251 "},
    {"windows-1253", RK_CS_SINGLE, "windows-1253", " windows1253 cp1253 "},
    {"windows-1255", RK_CS_SINGLE, "windows-1255", " windows1255 cp1255 "},
    {"windows-1256", RK_CS_SINGLE, "windows-1256", " windows1256 cp1256 "},
    {"windows-1257", RK_CS_SINGLE, "windows-1257", " windows1257 cp1257 "},
    {"windows-1258", RK_CS_SINGLE, "windows-1258", " windows1258 cp1258 "},
    {"koi8-r", RK_CS_SINGLE, "KOI8-R", " koi8r koi8 koi "},
    {"koi8-u", RK_CS_SINGLE, "KOI8-U", " koi8u koi8ru "},
    {"ibm866", RK_CS_SINGLE, "IBM866", " ibm866 cp866 866 "},
    {"macintosh", RK_CS_SINGLE, "macintosh", " macintosh mac xmacroman "},
    {"x-mac-cyrillic", RK_CS_SINGLE, "x-mac-cyrillic", " xmaccyrillic "},
    {"gb18030", RK_CS_MULTI, "gb18030",
	" gb18030 gbk gb2312 xgbk cp936 windows936 gb231280 chinese euccn "},
    {"big5", RK_CS_MULTI, "Big5-HKSCS", " big5 big5hkscs cp950 xxbig5 windows950 "},
    {"euc-jp", RK_CS_MULTI, "EUC-JP", " eucjp xeucjp "},
    {"shift_jis", RK_CS_MULTI, "windows-31j",
	" shiftjis sjis xsjis windows31j mskanji cp932 cp943 ms932 "},
    {"euc-kr", RK_CS_MULTI, "windows-949",
	" euckr ksc5601 ksc56011987 ksc56011989 korean windows949 cp949 uhc "},
    {"iso-2022-jp", RK_CS_ESCAPED, "ISO-2022-JP", " iso2022jp csiso2022jp "},
    {NULL, RK_CS_UTF8, NULL, NULL},
};

/* " label " as it stands in the table, or the length 0. */
static size_t
squash(struct rk_str label, char out[LABEL_MAX + 3])
{
	size_t n = 0;

	out[n++] = ' ';
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		/* "ISO_8859-1:1987": what stands behind a colon is a year. */
		if (c == ':' && n > 1)
			break;
		if (strchr("-_ .\"'\t\r\n", c) != NULL && c != '\0')
			continue;
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) ||
		    n > LABEL_MAX)
			return 0;
		out[n++] = c;
	}
	if (n == 1)
		return 0;
	out[n++] = ' ';
	out[n] = '\0';
	return n;
}

const struct rk_cs *
rk_cs_find(struct rk_str label)
{
	char key[LABEL_MAX + 3];

	if (squash(label, key) == 0)
		return NULL;
	for (const struct rk_cs *cs = rk_cs_table; cs->name != NULL; cs++)
		if (strstr(cs->names, key) != NULL)
			return cs;
	return NULL;
}

const struct rk_cs *
rk_cs_kind(enum rk_cs_kind kind)
{
	const struct rk_cs *cs = rk_cs_table;

	while (cs->name != NULL && cs->kind != kind)
		cs++;
	return cs;
}
