// Requirements: P1, R17
import test from "ava";
import type { Answer } from "../../modules/at/channel.js";
import { EchoWatch } from "../../modules/modem/echo-watch.js";

const answer = (result: Answer["result"]): Answer => ({ result, sent: true, lines: [] });

test("an echo is a restart sign only once it was proven off, and once each time", (t) => {
	const watch = new EchoWatch();
	t.false(watch.heard());
	watch.answered("ATE0", answer("ok"));
	watch.answered("AT+WDSG", answer("ok"));
	t.true(watch.heard());
	t.false(watch.heard());
	watch.answered("AT+WDSG", answer("ok"));
	t.false(watch.heard());
	watch.answered("ATE0", answer("ok"));
	watch.answered("AT+WDSG", answer("error"));
	t.true(watch.heard());
});

test("an OK to ATE0 alone proves nothing, and neither does what was not answered", (t) => {
	const watch = new EchoWatch();
	watch.answered("ATE0", answer("ok"));
	t.false(watch.heard());
	for (const result of ["timeout", "gone", "withdrawn"] as const) {
		watch.answered("ATE0", answer("ok"));
		watch.answered("AT+WDSG", answer(result));
		t.false(watch.heard());
	}
	for (const result of ["error", "timeout"] as const) {
		watch.answered("ATE0", answer(result));
		watch.answered("AT+WDSG", answer("ok"));
		t.false(watch.heard());
	}
});

test("ATE0 again does not unprove it, and a restart does", (t) => {
	const watch = new EchoWatch();
	watch.answered("ATE0", answer("ok"));
	watch.answered("AT+WDSG", answer("ok"));
	watch.answered("ATE0", answer("ok"));
	t.true(watch.heard());
	watch.answered("ATE0", answer("ok"));
	watch.answered("AT+WDSG", answer("ok"));
	watch.restarted();
	t.false(watch.heard());
});
