// Requirements: P7, P8, R5
/**
 * P7, P8: what can go wrong with an update of a set. Goal: each failure has its own reason, told with the element that it is
 * about; nobody is touched in vain, the set is old or new when monitoring starts, and only a window in which a download was
 * accepted or an image tried counts as an attempt.
 */
import test from "ava";
import { bytesFromAscii } from "../../modules/storage/bytes.js";
import { LONG_OFF_MS, SECOND_MS } from "../support/bench.js";
import { imageOf, SetBench, type SetOptions } from "../support/set-bench.js";
import { type Boot, bootOf, watchBoot } from "./watch.js";
import { untilState } from "./window-steps.js";

interface Failure {
	what: string;
	options?: Partial<SetOptions>;
	/** Done while the product is off. */
	prepare?: (bench: SetBench) => void;
	/** Done when the window comes to this state. */
	at?: { state: string; act: (bench: SetBench) => void };
	/** `outcome reason` of the window. */
	closed: string;
	/** Which element is told with which reason; `modem` has none of its own. */
	culprit?: readonly [element: string, reason: string, message: RegExp];
	/** Default: old. */
	side?: "old" | "new" | "mixed";
	attempts: number;
	/** Something was tried, that is: reset. Default: not. */
	tried?: true;
	/** What the boots after it come to; default: nothing is left to do for them but `closed`. */
	after?: readonly string[];
}

const changed = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
	bytes.map((byte, i) => (i === 4_000 ? byte ^ 1 : byte));
const displayOf = (conduct: "crashes" | "silent" | "keeps-itself"): Partial<SetOptions> => ({
	behaviours: { display: { images: { "1.1.0": conduct } } },
});
const powerOff = (bench: SetBench, name: string): void =>
	bench.product.processors.find((each) => each.name === name)?.processor.powerOff();

/** The modem answers `AT+WDSR=4` with an error. */
function refuseInstalls({ product: { modem, wire } }: SetBench): void {
	const receive = modem.receive.bind(modem);
	modem.receive = (bytes) => {
		const text = String.fromCharCode(...new Uint8Array(bytes));
		if (text.includes("AT+WDSR=4")) wire.toHost(bytesFromAscii("\r\nERROR\r\n").buffer);
		else receive(bytes);
	};
}

const FAILURES: readonly Failure[] = [
	{
		what: "a processor that is silent at the inventory",
		options: { behaviours: { sensor: { images: { "1.0.0": "silent" } } } },
		closed: "failed no-answer",
		culprit: ["sensor", "no-answer", /silent/],
		attempts: 0,
	},
	{
		what: "a processor in a version that the order does not name",
		prepare: ({ product }) => {
			const sensor = product.processors[0];
			if (sensor) sensor.flash.slots[0] = imageOf("sensor", "1.0.1");
		},
		closed: "failed wrong-version",
		culprit: ["sensor", "wrong-version", /1\.0\.0 or 1\.1\.0, got 1\.0\.1/],
		side: "mixed",
		attempts: 0,
	},
	{
		what: "an order for an element that the product does not have",
		options: { missing: ["display"] },
		closed: "failed unknown-element",
		culprit: ["display", "unknown-element", /display/],
		attempts: 0,
	},
	{
		what: "an image that was not delivered",
		prepare: ({ product }) => product.imageStore.delete("display-1.1.0.bin"),
		closed: "failed no-image",
		culprit: ["display", "no-image", /display-1\.1\.0\.bin/],
		attempts: 0,
	},
	{
		what: "an image with one byte changed",
		options: { images: { "sensor-1.1.0.bin": changed(imageOf("sensor", "1.1.0")) } },
		closed: "failed wrong-hash",
		culprit: ["sensor", "wrong-hash", /SHA-256/],
		attempts: 0,
	},
	{
		what: "our own MCU's image with one byte changed",
		options: { images: { "self-1.1.0.bin": changed(imageOf("self", "1.1.0")) } },
		closed: "failed wrong-hash",
		culprit: ["self", "wrong-hash", /SHA-256/],
		attempts: 0,
	},
	{
		what: "the modem's file with one byte changed",
		options: { source: "local" },
		prepare: ({ product }) => {
			const file = product.imageStore.contents.get("modem.bin") as Uint8Array<ArrayBuffer>;
			product.putImage("modem.bin", changed(file));
		},
		closed: "failed wrong-hash",
		attempts: 1,
	},
	{
		what: "an image that is too short",
		options: { images: { "display-1.1.0.bin": imageOf("display", "1.1.0").slice(0, 8_000) } },
		closed: "failed wrong-hash",
		culprit: ["display", "wrong-hash", /8192 bytes, got 8000/],
		attempts: 0,
	},
	{
		what: "a slot that is too small",
		options: { behaviours: { display: { slotBytes: 4_096 } } },
		closed: "failed no-space",
		culprit: ["display", "no-space", /TOO_LARGE/],
		attempts: 0,
	},
	{
		what: "a bootloader that overwrites",
		options: { behaviours: { display: { bootloader: "overwrite" } } },
		closed: "failed cannot-go-back",
		culprit: ["display", "cannot-go-back", /overwrite/],
		attempts: 0,
	},
	{
		what: "a bootloader that lets no older version run",
		options: { behaviours: { display: { noDowngrade: true } } },
		closed: "failed cannot-go-back",
		culprit: ["display", "cannot-go-back", /no downgrade/],
		attempts: 0,
	},
	{
		what: "a new image that crashes",
		options: displayOf("crashes"),
		closed: "failed trial-failed",
		culprit: ["display", "trial-failed", /runs 1\.0\.0 again/],
		attempts: 1,
		tried: true,
	},
	{
		what: "a new image that accepts itself",
		options: displayOf("keeps-itself"),
		closed: "failed trial-failed",
		culprit: ["display", "trial-failed", /accepted itself/],
		attempts: 1,
		tried: true,
	},
	{
		what: "a new image that is silent on trial, and no reset line",
		options: displayOf("silent"),
		closed: "mixed not-rejected",
		culprit: ["display", "no-answer", /silent/],
		side: "mixed",
		attempts: 1,
		tried: true,
		after: ["recover old", "closed"],
	},
	{
		what: "a processor that dies between trial and accept",
		at: { state: "accepting", act: (bench) => powerOff(bench, "sensor") },
		closed: "mixed not-rejected",
		culprit: ["sensor", "no-answer", /silent/],
		side: "mixed",
		attempts: 1,
		tried: true,
		after: ["recover old", "closed"],
	},
	{
		what: "our own MCU's image that is damaged before it is tried",
		at: {
			state: "restarting",
			act: ({ product }) => product.ownFlash?.partitions.b.fill(0xff, 4_000),
		},
		closed: "failed trial-failed",
		attempts: 1,
		tried: true,
	},
	{
		what: "a modem that fails to install",
		options: { bench: { behaviour: { install: "fail" } } },
		closed: "failed install-failed",
		attempts: 1,
		tried: true,
	},
	{
		what: "a modem that fails to install the company's file",
		options: { source: "local", bench: { behaviour: { install: "fail" } } },
		closed: "failed install-failed",
		attempts: 1,
		tried: true,
	},
	{
		what: "a modem that refuses the install after everybody else has accepted",
		at: { state: "accepting", act: refuseInstalls },
		closed: "failed install-refused",
		attempts: 1,
		tried: true,
	},
	{
		what: "a modem that takes the install and never begins it",
		at: {
			state: "accepting",
			act: ({ product }) => {
				product.modemFlash.stored = null;
				product.modemFlash.asked = [];
			},
		},
		closed: "failed install-failed",
		attempts: 1,
		tried: true,
	},
	{
		what: "a modem that installs without a word",
		options: { bench: { behaviour: { install: "silent" } } },
		closed: "updated read-back",
		side: "new",
		attempts: 0,
		tried: true,
	},
	{
		what: "a modem that ends in a version that nobody ordered",
		options: { bench: { behaviour: { install: "wrong" } } },
		closed: "mixed wrong-version",
		side: "mixed",
		attempts: 1,
		tried: true,
		after: ["closed", "closed"],
	},
	{
		what: "a modem that hangs in its install",
		options: { bench: { behaviour: { install: "hang" } } },
		closed: "mixed no-answer",
		side: "mixed",
		attempts: 1,
		tried: true,
		after: ["recover old", "closed"],
	},
	{
		what: "a window that is too short for the install",
		options: { bench: { policy: { windowMs: 900 * SECOND_MS } } },
		closed: "deadline no-time-to-install",
		attempts: 1,
	},
	{
		what: "a window that is too short for the accepting",
		options: { source: "none", bench: { policy: { windowMs: 60 * SECOND_MS } } },
		closed: "deadline no-time-to-install",
		attempts: 0,
	},
];

function update(bench: SetBench, { prepare, at }: Failure): Boot {
	bench.orderedThenOff(LONG_OFF_MS);
	prepare?.(bench);
	const onMs = bench.clock.now();
	bench.on();
	if (at) {
		untilState(bench, at.state);
		at.act(bench);
	}
	if (bench.of("released").length === 0) bench.until("released", 7_200_000);
	return bootOf(bench, onMs);
}

for (const failure of FAILURES) {
	const { what, options, closed, culprit, side = "old", attempts, tried = false, after } = failure;
	test(`P7, P8: ${what}: ${closed}, and the set is ${side}`, (t) => {
		const bench = new SetBench({ model: "HL7800", ...options });
		const boot = update(bench, failure);
		const { outcome, reason } = bench.the("closed");
		t.is(`${outcome} ${reason}`, closed);
		t.is(boot.side, side);
		if (closed !== "failed wrong-version") t.deepEqual(boot.faults, []);
		const told = bench.of("element").filter((element) => element.reason !== undefined);
		t.deepEqual(
			told.map((element) => [element.element, element.reason]),
			culprit ? [culprit.slice(0, 2)] : [],
		);
		if (culprit) t.regex(told[0]?.message ?? "", culprit[2]);
		t.deepEqual(
			bench.of("element").map(({ element }) => element),
			[...(bench.source === "none" ? [] : ["modem"]), ...bench.others],
		);
		t.is(bench.journal.record.attempts, attempts);
		const isTried = bench.of("restart").length > 0 || bench.of("installed").length > 0;
		t.is(isTried, tried, "something was tried");
		bench.run(60 * SECOND_MS);
		for (const expected of after ?? ["closed"]) {
			bench.cut(2 * SECOND_MS);
			const next = watchBoot(bench);
			t.is(next.said, expected);
			if (side !== "mixed" || after?.includes("recover old")) t.deepEqual(next.faults, []);
		}
		if (after?.includes("recover old")) t.is(bench.side, "old");
	});
}
