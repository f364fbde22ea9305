// Requirements: P9, R18, R19
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { shareOf } from "../support/share.js";
import { Bench, offering } from "./support/bench.js";
import { writeOrder } from "./support/order-files.js";
import { updateWindow } from "./support.js";

const WRONG: readonly [why: string, args: (base: string[]) => string[], said: RegExp][] = [
	["no port", (base) => base.slice(2), /--port/],
	["no family", (base) => without(base, "--modem"), /--modem/],
	["no order", (base) => without(base, "--order"), /--order/],
	["no key", (base) => without(base, "--key"), /--key/],
	["no state directory", (base) => without(base, "--state"), /--state/],
	["another family", (base) => [...base, "--modem", "HL7688"], /HL7688[\s\S]*HL7692, HL7800/],
	["an off-time without a unit", (base) => [...base, "--off", "600"], /10m.*"600"/],
	["a negative off-time", (base) => [...base, "--off", "-1s"], /-1s/],
	["an off-time of no number", (base) => [...base, "--off", "s"], /"s"/],
	["an off-time with a fraction", (base) => [...base, "--off", "1.5m"], /"1.5m"/],
	["an off-time that lasts for ever", (base) => [...base, "--off", "forever"], /"forever"/],
	["an empty off-time", (base) => [...base, "--off", ""], /""/],
	["a threshold without a unit", (base) => [...base, "--threshold", "ten"], /"ten"/],
	["a deadline in days", (base) => [...base, "--deadline", "1d"], /"1d"/],
	["an install timeout of no time", (base) => [...base, "--install-timeout", "soon"], /"soon"/],
	["a recovery without end", (base) => [...base, "--recover-within", "forever"], /"forever"/],
	["another policy", (base) => [...base, "--policy", "always"], /always[\s\S]*window, prefetch/],
	["a guard without a unit", (base) => [...base, "--guard-for", "5"], /forever.*"5"/],
	["an APN with a space", (base) => [...base, "--apn", "a b"], /"a b"/],
	["an APN with a quote", (base) => [...base, "--apn", 'a"b'], /a\\"b/],
	["an APN that is longer than a modem takes", (base) => [...base, "--apn", "a".repeat(64)], /APN/],
	["an unknown option", (base) => [...base, "--force"], /--force/],
	["an argument too many", (base) => [...base, "extra"], /extra|too many/],
	["a value left out", (base) => [...base, "--off"], /--off/],
	["an empty port", (base) => ["--port", "", ...base.slice(2)], /--port/],
	["an element without a kind", (base) => [...base, "--element", "sensor"], /NAME=smp:DEVICE.*"sensor"/],
	["an element without a name", (base) => [...base, "--element", "=smp:/dev/null"], /1 to 32 of a to z.*""/],
	["a name with a capital", (base) => [...base, "--element", "Sensor=smp:/dev/null"], /"Sensor"/],
	["a kind that is none", (base) => [...base, "--element", "sensor=spi:/dev/null"], /smp or self.*"spi"/],
	["an element without a device", (base) => [...base, "--element", "sensor=smp:"], /serial device, got ""/],
	["a name twice", (base) => [...base, ...twice("sensor=smp:/dev/null")], /sensor twice/],
	[
		"two MCUs of our own",
		(base) => [...base, "--element", "a=self:/tmp", "--element", "b=self:/tmp"],
		/kind self.*a and b/,
	],
	[
		"a directory of no MCU",
		(base) => [...base, "--element", "self=self:/dev"],
		/\/dev\/slot-a, which is missing/,
	],
	[
		"an MCU without a directory",
		(base) => [...base, "--element", "self=self:/dev/null"],
		/directory.*\/dev\/null/,
	],
	["images that are not there", (base) => [...base, "--images", "/nowhere"], /--images.*\/nowhere/],
	["images on no web server", (base) => [...base, "--images-url", "ftp://a/"], /--images-url.*"ftp:\/\/a\/"/],
	[
		"images in no web folder",
		(base) => [...base, "--images-url", "http://a/b"],
		/end in "\/".*"http:\/\/a\/b"/,
	],
	["an order on no web server", (base) => [...base, "--order-url", "order"], /--order-url.*"order"/],
	["no order console", (base) => [...base, "--order-console", ""], /--order-console/],
	["images in a file", (base) => [...base, "--images", "/dev/null"], /--images.*\/dev\/null/],
	["another modem source", (base) => [...base, "--modem-source", "usb"], /usb[\s\S]*avms, local/],
	[
		"a modem source that the order does not allow",
		(base) => [...base, "--modem-source", "local"],
		/--modem-source.*order 1 allows \(avms\), got local/,
	],
	["an empty state directory", (base) => [...without(base, "--state"), "--state", ""], /--state/],
];

test("wrong usage is found before the boot begins: 64, nothing written, no event, no stack", (t) => {
	const bench = new Bench(t);
	const base = ["--port", "/dev/null", ...bench.parameters, "--json"];
	for (const [why, args, said] of WRONG) {
		const { status, out, err } = updateWindow("run", ...args(base));
		t.is(status, 64, `${why}: ${err}`);
		t.is(out, "", why);
		t.regex(err, said, why);
		t.notRegex(err, /\n\s+at /, why);
		t.false(existsSync(bench.state), why);
	}
});

test("run --help names every option of the contract", (t) => {
	const { status, out } = updateWindow("run", "--help");
	t.is(status, 0);
	for (const option of [
		"--port --modem --order --key --state --apn --off --threshold --deadline --install-timeout",
		"--recover-within --policy --guard-for --json --element --images --modem-source --order-url",
	].flatMap((line) => line.split(" ")))
		t.regex(out, new RegExp(`${option}\\b`));
});

test("the modem's source is checked against the order that the boot will have, an earlier one too", async (t) => {
	const bench = new Bench(t, { sequence: 5 });
	const first = await bench.whole(bench.modem());
	t.like(first.fields("order"), { outcome: "accepted" });
	const stored = readdirSync(join(bench.state, "flash"));
	const older = writeOrder(bench.directory, { sequence: 4 });
	const args = ["--port", "/dev/null", ...bench.parameters, "--order", older, "--modem-source", "local"];
	const { status, out, err } = updateWindow("run", ...args);
	t.is(status, 64, err);
	t.is(out, "");
	t.regex(err, /order 5 allows \(avms\)/);
	t.deepEqual(readdirSync(join(bench.state, "flash")), stored);
});

test("a directory of our own MCU whose file `boot` is damaged is wrong usage, and is left as it is", (t) => {
	const bench = new Bench(t);
	writeFileSync(join(bench.directory, "slot-a"), "an image");
	writeFileSync(join(bench.directory, "boot"), "{");
	const args = ["--port", "/dev/null", ...bench.parameters, "--element", `self=self:${bench.directory}`];
	const { status, err } = updateWindow("run", ...args);
	t.is(status, 64, err);
	t.regex(err, /Expected JSON in .*boot/);
	t.is(readFileSync(join(bench.directory, "boot"), "utf8"), "{");
	t.false(existsSync(bench.state));
});

test("P9: an order that cannot be read or is refused costs no boot its monitoring", async (t) => {
	const bench = new Bench(t);
	const file = (name: string, text: string | Uint8Array) => {
		const path = join(bench.directory, name);
		writeFileSync(path, text);
		return path;
	};
	const good = readFileSync(bench.order);
	const cases: [order: string, key: string, reason?: string][] = [
		[join(bench.directory, "missing"), bench.key],
		[bench.directory, bench.key],
		[file("empty", ""), bench.key],
		[file("text", "update please"), bench.key],
		[file("truncated", good.subarray(0, good.length - 10)), bench.key],
		[file("huge", Buffer.alloc(1_000_000, 32)), bench.key],
		[writeOrder(bench.directory, { forged: true }), bench.key],
		[bench.order, join(bench.directory, "missing")],
		[bench.order, file("no-key", "no key")],
		["/dev/zero", bench.key],
	];
	await Promise.all(
		shareOf(cases, 2).map(async ([order, key], index) => {
			const modem = bench.modem();
			const state = join(bench.directory, `state-${index}`);
			const args = ["--off", "11m", "--order", order, "--key", key, "--state", state];
			const run = await bench.whole(modem, args);
			t.is(run.status, 66);
			t.like(run.fields("order"), { outcome: "refused" });
			t.true(typeof run.fields("order").reason === "string" && run.fields("order").reason !== "");
			t.like(run.fields("decided"), { window: "closed", reason: "nothing-to-do" });
			t.regex(run.err, /Expected/, "standard error says what is wrong");
			t.is(run.names().at(-1), "armed");
		}),
	);
});

test("P9: with an order in force a refused one takes nothing away: the window opens for the earlier one", async (t) => {
	const bench = new Bench(t, { sequence: 5 });
	const first = await bench.whole(bench.modem());
	t.like(first.fields("order"), { outcome: "accepted" });
	t.like(first.fields("decided"), { window: "closed", reason: "no-mark" });
	const inForce = bench.order;

	bench.order = writeOrder(bench.directory, { sequence: 4 });
	const modem = bench.modem(offering());
	const run = await bench.whole(modem, ["--off", "11m"]);
	t.is(run.status, 66);
	t.like(run.fields("order"), { outcome: "refused", reason: "lower-sequence" });
	t.like(run.fields("decided"), { window: "open", reason: "off-long-enough" });
	t.like(run.fields("closed"), { outcome: "updated" });

	bench.order = writeOrder(bench.directory, { sequence: 5, sizeBytes: 7 });
	const same = await bench.whole(bench.modem({ version: "HL7800.4.5.4.0" }));
	t.like(same.fields("order"), { outcome: "refused", reason: "same-sequence" });
	t.is(same.status, 66);

	bench.order = inForce;
	const again = await bench.whole(bench.modem({ version: "HL7800.4.5.4.0" }), ["--off", "11m"]);
	t.like(again.fields("order"), { outcome: "in-force" });
	t.like(again.fields("decided"), { window: "closed", reason: "nothing-to-do" });
	t.is(again.status, 3);
});

function twice(element: string): string[] {
	return ["--element", element, "--element", element];
}

function without(args: readonly string[], option: string): string[] {
	const index = args.indexOf(option);
	return [...args.slice(0, index), ...args.slice(index + 2)];
}
