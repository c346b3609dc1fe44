/* Which language tags are known: languages of ISO 639-1 and some of ISO 639-2, scripts, regions of ISO 3166-1. */
#include "tenant/language_tags.h"

#include <ctype.h>
#include <string.h>

#include "base/banned.h"

static const char languages[] =
	" aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv"
	" dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie"
	" ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv"
	" mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm"
	" rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts"
	" tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ast ceb ckb fil haw hmn hsb dsb kab kok mai"
	" mni quz sah tzm yue ";

static const char scripts[] = " Arab Cyrl Hans Hant Latn Mong Tfng Beng Deva Guru ";

static const char regions[] =
	" AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT"
	" BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH"
	" ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT"
	" HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS"
	" LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI"
	" NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG"
	" SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG"
	" UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW 419 ";

/* Whether the word is one of a list whose words stand between blanks. */
static bool is_listed(const char *list, const char *word, size_t len)
{
	for (const char *at = strstr(list, " "); at && at[1]; at = strchr(at + 1, ' '))
		if (!strncmp(at + 1, word, len) && at[1 + len] == ' ')
			return true;
	return false;
}

/* Copies a part of a tag in the letter case that its list has. */
static void copy_part(char *out, const char *part, size_t len, bool first_upper, bool rest_upper)
{
	for (size_t i = 0; i < len; i++) {
		bool upper = i == 0 ? first_upper : rest_upper;

		out[i] = (char)(upper ? toupper((unsigned char)part[i]) : tolower((unsigned char)part[i]));
	}
	out[len] = '\0';
}

bool language_tag_write(const char *tag, char out[LANGUAGE_TAG_SIZE])
{
	size_t len = strcspn(tag, "-");
	char *at = out;

	if (strlen(tag) >= LANGUAGE_TAG_SIZE)
		return false;
	copy_part(at, tag, len, false, false);
	if (len == 0 || !is_listed(languages, at, len))
		return false;
	if (strcspn(tag + len + (tag[len] == '-'), "-") == 4 && tag[len] == '-') {
		at += len;
		tag += len + 1;
		len = 4;
		*at++ = '-';
		copy_part(at, tag, len, true, false);
		if (!is_listed(scripts, at, len))
			return false;
	}
	if (tag[len] == '\0')
		return true;
	at += len;
	tag += len + 1;
	*at++ = '-';
	copy_part(at, tag, strlen(tag), true, true);
	return *tag && is_listed(regions, at, strlen(at));
}
