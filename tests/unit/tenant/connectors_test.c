#include "world.h"

#include "tenant/message.h"
#include "http/client.h"
#include "tenant/connector.h"

#include "base/banned.h"

#define MAIL(more) "{\"connectorId\":\"http-email\",\"config\":{\"endpoint\":\"https://a.example/in\"" more "}}"

STATEMENT(t_sealed, "SELECT config_sealed FROM connectors WHERE tenant_id = $1");
COLUMNS(t_sealed, config_sealed);

static const char *const paths[] = { "/api/connectors", "/api/connector-factories/http-email" };

static void a_configuration_comes_back_as_it_was_sent(void **state)
{
	(void)state;
	api_expect(OK, POST, paths[0], MAIL(",\"authorization\":\"Key\",\"n\":[null,1]"));
	assert_non_null(strstr(
		api.answer, "\"config\":{\"endpoint\":\"https://a.example/in\",\"authorization\":\"Key\",\"n\":[1]}"));
	api_expect(OK, GET, paths[0], NULL);
	assert_non_null(strstr(api.answer, "\"authorization\":\"Key\""));
}

static void a_configuration_is_sealed_in_the_store(void **state)
{
	CLEANUP(rows_close) struct rows row = {0};
	const void *sealed;
	size_t len;

	(void)state;
	api_expect(OK, POST, paths[0], MAIL(",\"authorization\":\"Key of mail\""));
	assert_int_equal(store_query(api.tx, &t_sealed, NO_ARGS, &row), OK);
	assert_true(rows_next(&row));
	sealed = rows_blob(&row, t_sealed_config_sealed, &len, api.arena);
	assert_null(memmem(sealed, len, "Key of", 6));
	assert_int_equal(rows_end(&row), OK);
}

static void a_message_goes_by_the_connector_of_its_type(void **state)
{
	json_auto_t *payload = json_pack("{s:s}", "code", "123456");
	const struct message m = { "a@x.example", "Generic", payload, "192.0.2.1" };
	struct request *rq = api_request(GET, "/api/connectors", NULL);
	struct call call = {0};

	(void)state;
	rq->tx = api.tx;
	assert_int_equal(connector_call(rq, CONNECTOR_EMAIL, &m, &call), ERR_NO_CONNECTOR);
	api_expect(OK, POST, paths[0], MAIL(",\"authorization\":\"Key\""));
	assert_int_equal(connector_call(rq, CONNECTOR_SMS, &m, &call), ERR_NO_CONNECTOR);
	assert_int_equal(connector_call(rq, CONNECTOR_EMAIL, &m, &call), OK);
	assert_string_equal(call.url, "https://a.example/in");
	assert_string_equal(call.body,
			    "{\"to\":\"a@x.example\",\"type\":\"Generic\",\"payload\":{\"code\":\"123456\"},"
			    "\"ip\":\"192.0.2.1\"}");
	assert_int_equal(call.header_count, 2);
	request_free(rq);
}

static void a_connector_without_a_configuration_sends_nothing(void **state)
{
	json_auto_t *payload = json_object();
	const struct message m = { "a@x.example", "Generic", payload, "192.0.2.1" };
	struct request *rq = api_request(GET, "/api/connectors", NULL);
	struct call call = {0};

	(void)state;
	rq->tx = api.tx;
	api_expect(OK, POST, paths[0], "{\"connectorId\":\"http-email\"}");
	assert_int_equal(connector_call(rq, CONNECTOR_EMAIL, &m, &call), ERR_CONNECTOR_CONFIG);
	request_free(rq);
}

static void a_form_names_what_a_factory_needs(void **state)
{
	(void)state;
	api_expect(OK, GET, paths[1], NULL);
	assert_non_null(
		strstr(api.answer, "\"key\":\"endpoint\",\"type\":\"Text\",\"label\":\"Endpoint\",\"required\":true"));
	assert_non_null(strstr(api.answer, "\"required\":false"));
}

static void what_came_of_a_call_is_told_without_its_words(void **state)
{
	struct call call = { .status = 204 };

	(void)state;
	assert_int_equal(message_outcome(&call), OK);
	call.status = 302;
	assert_int_equal(message_outcome(&call), ERR_CONNECTOR);
	call = (struct call){ .error = ERR_CALL_FAILED, .detail = "code 123456" };
	assert_int_equal(message_outcome(&call), ERR_CONNECTOR);
	assert_null(strstr(err_fault()->detail, "123456"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_configuration_comes_back_as_it_was_sent, api_begin, api_end),
		cmocka_unit_test_setup_teardown(a_configuration_is_sealed_in_the_store, api_begin, api_end),
		cmocka_unit_test_setup_teardown(a_message_goes_by_the_connector_of_its_type, api_begin, api_end),
		cmocka_unit_test_setup_teardown(a_connector_without_a_configuration_sends_nothing, api_begin, api_end),
		cmocka_unit_test_setup_teardown(a_form_names_what_a_factory_needs, api_begin, api_end),
		cmocka_unit_test_setup_teardown(what_came_of_a_call_is_told_without_its_words, api_begin, api_end),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
