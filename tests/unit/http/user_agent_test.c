#include "http/user_agent.h"

#include <string.h>

#include "test.h"
#include "base/banned.h"

/* What is written of the text behind its "ua", each object as `name:json` with a blank between. */
static void expect(const char *agent, const char *want)
{
	static const char *const parts[] = { "browser", "engine", "os", "device", "cpu" };
	CLEANUP(buffer_done) struct buffer b = {0}, told = {0};
	json_auto_t *tree = NULL;
	struct json_out j, k;

	buffer_init(&b, KIB(8));
	buffer_init(&told, KIB(8));
	json_out_init(&j, &b);
	user_agent_write(&j, agent);
	tree = json_loads(buffer_str(&b), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(tree);
	assert_int_equal(json_object_size(tree), 6);
	assert_string_equal(json_string_value(json_object_get(tree, "ua")), agent);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		json_out_init(&k, &told);
		json_value(&k, json_object_get(tree, parts[i]));
	}
	assert_string_equal(buffer_str(&told), want);
}

#define WINDOWS "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
#define IPHONE "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
#define ANDROID(device) "Mozilla/5.0 (Linux; Android 13; " device ") AppleWebKit/537.36 (KHTML, like Gecko) "
#define BLINK(version) "{\"name\":\"Blink\",\"version\":\"" version "\"}"
#define WEBKIT "{\"name\":\"WebKit\",\"version\":\"605.1.15\"}"
#define OS(name, version) "{\"name\":\"" name "\",\"version\":\"" version "\"}"
#define BROWSER(name, version, major) \
	"{\"name\":\"" name "\",\"version\":\"" version "\",\"major\":\"" major "\"}"
#define DEVICE(vendor, model, type) \
	"{\"vendor\":\"" vendor "\",\"model\":\"" model "\",\"type\":\"" type "\"}"
#define AMD64 "{\"architecture\":\"amd64\"}"

static void a_browser_on_a_desktop_is_told_with_its_versions_and_processor(void **state)
{
	(void)state;
	expect(WINDOWS "Chrome/149.0.0.0 Safari/537.36",
	       BROWSER("Chrome", "149.0.0.0", "149") BLINK("149.0.0.0") OS("Windows", "10") "{}" AMD64);
	expect("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
	       " Version/18.5 Safari/605.1.15",
	       BROWSER("Safari", "18.5", "18")
		       WEBKIT OS("Mac OS", "10.15.7") "{\"vendor\":\"Apple\",\"model\":\"Macintosh\"}{}");
	expect("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0",
	       BROWSER("Firefox", "149.0", "149") OS("Gecko", "149.0") "{\"name\":\"Ubuntu\"}{}" AMD64);
	expect("Mozilla/5.0 (X11; CrOS aarch64 15236.80.0) AppleWebKit/537.36 (KHTML, like Gecko)"
	       " Chrome/109.0.5414.125 Safari/537.36",
	       BROWSER("Chrome", "109.0.5414.125", "109") BLINK("109.0.5414.125")
		       OS("Chromium OS", "15236.80.0") "{}{\"architecture\":\"arm64\"}");
	expect("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/149.0.0.0"
	       " Safari/537.36",
	       BROWSER("Chrome Headless", "149.0.0.0", "149") BLINK("149.0.0.0") "{\"name\":\"Linux\"}{}" AMD64);
	expect("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
	       BROWSER("IE", "11.0", "11") OS("Trident", "7.0") OS("Windows", "7") "{}" AMD64);
}

static void a_browser_is_not_taken_for_the_one_that_it_imitates(void **state)
{
	(void)state;
	expect(WINDOWS "Chrome/149.0.0.0 Safari/537.36 Edg/149.0.1.2",
	       BROWSER("Edge", "149.0.1.2", "149") BLINK("149.0.0.0") OS("Windows", "10") "{}" AMD64);
	expect(WINDOWS "Chrome/120.0.0.0 Safari/537.36 OPR/106.0.0.0",
	       BROWSER("Opera", "106.0.0.0", "106") BLINK("120.0.0.0") OS("Windows", "10") "{}" AMD64);
	expect(IPHONE "CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1",
	       BROWSER("Chrome", "120.0.6099.119", "120") WEBKIT OS("iOS", "17.2")
		       DEVICE("Apple", "iPhone", "mobile") "{}");
	expect(IPHONE "FxiOS/121.0 Mobile/15E148 Safari/605.1.15",
	       BROWSER("Firefox", "121.0", "121") WEBKIT OS("iOS", "17.2") DEVICE("Apple", "iPhone", "mobile") "{}");
	expect(ANDROID("SM-S918B") "SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
	       BROWSER("Samsung Internet", "23.0", "23") BLINK("115.0.0.0") OS("Android", "13")
		       DEVICE("Samsung", "SM-S918B", "mobile") "{}");
}

static void a_phone_or_tablet_is_told_with_its_maker_where_that_is_known(void **state)
{
	(void)state;
	expect("Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6"
	       " Mobile/15E148 Safari/604.1",
	       BROWSER("Mobile Safari", "17.6", "17") WEBKIT OS("iOS", "17.6") DEVICE("Apple", "iPad", "tablet") "{}");
	expect(ANDROID("Pixel Tablet") "Chrome/115.0.0.0 Safari/537.36",
	       BROWSER("Chrome", "115.0.0.0", "115") BLINK("115.0.0.0") OS("Android", "13")
		       DEVICE("Google", "Pixel Tablet", "tablet") "{}");
	expect(ANDROID("Pixel 8 Build/UQ1A; wv") "Version/4.0 Chrome/121.0.1.2 Mobile Safari/537.36",
	       BROWSER("Chrome WebView", "121.0.1.2", "121") BLINK("121.0.1.2") OS("Android", "13")
		       DEVICE("Google", "Pixel 8", "mobile") "{}");
	expect(ANDROID("moto g power (2022)") "Chrome/115.0.0.0 Mobile Safari/537.36",
	       BROWSER("Chrome", "115.0.0.0", "115") BLINK("115.0.0.0") OS("Android", "13")
		       DEVICE("Motorola", "moto g power (2022)", "mobile") "{}");
	expect(ANDROID("HUAWEI P50") "Chrome/115.0.0.0 Mobile Safari/537.36",
	       BROWSER("Chrome", "115.0.0.0", "115") BLINK("115.0.0.0") OS("Android", "13")
		       DEVICE("Huawei", "P50", "mobile") "{}");
	expect(ANDROID("K") "Chrome/149.0.0.0 Mobile Safari/537.36",	/* which every Chrome of today says */
	       BROWSER("Chrome", "149.0.0.0", "149") BLINK("149.0.0.0") OS("Android", "13") "{\"type\":\"mobile\"}{}");
	expect("Mozilla/5.0 (Android 14; Tablet; rv:149.0) Gecko/149.0 Firefox/149.0",
	       BROWSER("Firefox", "149.0", "149") OS("Gecko", "149.0") OS("Android", "14") "{\"type\":\"tablet\"}{}");
	expect("Mozilla/5.0 (Linux; U; Android 4.0.3; de-de; Galaxy S II Build/GRJ22) AppleWebKit/534.30 (KHTML, like"
	       " Gecko) Version/4.0 Mobile Safari/534.30",
	       BROWSER("Android Browser", "4.0", "4") OS("WebKit", "534.30")
		       OS("Android", "4.0.3") "{\"model\":\"Galaxy S II\",\"type\":\"mobile\"}{}");
}

static void of_a_program_that_is_no_browser_nothing_is_told(void **state)
{
	static const char *const agents[] = {
		"", "curl/8.5.0", "node", "okhttp/4.12.0", "Go-http-client/2.0",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(agents); i++)
		expect(agents[i], "{}{}{}{}{}");
}

static void what_is_broken_is_told_as_far_as_it_goes(void **state)
{
	(void)state;
	expect("Firefox/", "{\"name\":\"Firefox\"}{}{}{}{}");
	expect("Firefox/x1", "{\"name\":\"Firefox\"}{}{}{}{}");
	expect("Chrome/1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16",
	       BROWSER("Chrome", "1.2.3.4.5.6.7.8.9.10.11.12.13.14", "1") "{}{}{}{}");
	expect("(Android ", "{}{}{\"name\":\"Android\"}{\"type\":\"tablet\"}{}");
	expect("(Android 9; ((Mobile", "{}{}{\"name\":\"Android\",\"version\":\"9\"}"
				       "{\"model\":\"((Mobile\",\"type\":\"mobile\"}{}");
	expect("\"\\ Windows NT 11.0", "{}{}{\"name\":\"Windows\"}{}{}");
}

RUN(T(a_browser_on_a_desktop_is_told_with_its_versions_and_processor),
    T(a_browser_is_not_taken_for_the_one_that_it_imitates),
    T(a_phone_or_tablet_is_told_with_its_maker_where_that_is_known),
    T(of_a_program_that_is_no_browser_nothing_is_told), T(what_is_broken_is_told_as_far_as_it_goes))
