// Requirements: P8, P9, R15
import test from "ava";
import fc from "fast-check";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { consoleOrderLines } from "../../hosts/node/console-order-lines.js";
import { CONSOLE_SILENCE_MS, ConsoleOrder } from "../../modules/order/console-order.js";
import { ENVELOPE_BYTES_MAX } from "../../modules/order/envelope.js";
import { bytesFromAscii, equalBytes } from "../../modules/storage/bytes.js";
import { imageOf } from "../images/virtual.js";

function consoleOf() {
	const clock = new VirtualClock();
	const envelopes: Uint8Array[] = [];
	const errors: string[] = [];
	const order = new ConsoleOrder({
		clock,
		onEnvelope: (envelope) => envelopes.push(envelope),
		onError: ({ message }) => errors.push(message),
	});
	return { clock, envelopes, errors, order, type: (text: string) => order.receive(bytesFromAscii(text)) };
}

const envelope = imageOf(1_000);
const lines = consoleOrderLines(envelope);

test("an order comes through, in pieces of any size, with line ends of any kind and other lines around it", (t) => {
	for (const pieceBytes of [1, 3, 64, 5_000])
		for (const lineEnd of ["\r\n", "\n", "\r"]) {
			const { envelopes, errors, order } = consoleOf();
			const text = `help\n\n${lines}status\n`.replaceAll("\r\n", lineEnd);
			const bytes = bytesFromAscii(text);
			for (let at = 0; at < bytes.length; at += pieceBytes)
				order.receive(bytes.subarray(at, at + pieceBytes));
			t.deepEqual(envelopes, [envelope]);
			t.deepEqual(errors, []);
		}
});

test("the longest order comes through, one byte more is refused at its first line", (t) => {
	const { envelopes, errors, type } = consoleOf();
	type(consoleOrderLines(imageOf(ENVELOPE_BYTES_MAX)));
	t.is(envelopes.length, 1);
	type(`order ${ENVELOPE_BYTES_MAX + 1} 00000000\n`);
	t.regex(errors[0] ?? "", /at most \d+ bytes, got \d+/);
});

const DAMAGED: Record<string, readonly [text: string, error: RegExp]> = {
	"a byte that is another": [lines.replace(/^(order .*\r\n.)./, "$1!"), /a line of base64/],
	"a wrong checksum": [lines.replace(/order 1000 ......../, "order 1000 00000000"), /CRC-32 0, got/],
	"a line too many": [lines.replace("order 1000", "order 999"), /999 bytes, got/],
	"an endless line": [lines.replace(/\r\n/, `\r\n${"A".repeat(129)}\r\n`), /at most 128 characters/],
	"a first line that says too little": ["order 1000\n", /order BYTES CRC/],
};

for (const [what, [text, error]] of Object.entries(DAMAGED))
	test(`P8: an order with ${what} is refused, and the next one is taken`, (t) => {
		const { envelopes, errors, type } = consoleOf();
		type(text);
		t.regex(errors.join("\n"), error);
		t.is(errors.length, 1);
		t.deepEqual(envelopes, []);
		type(lines);
		t.deepEqual(envelopes, [envelope]);
	});

test("P8: half an order is forgotten after a while, and by another one that begins", (t) => {
	const { clock, envelopes, errors, type } = consoleOf();
	type(lines.slice(0, 500));
	clock.advance(CONSOLE_SILENCE_MS);
	t.regex(errors[0] ?? "", /Expected 1000 bytes, got \d+ and then nothing for 30000 ms/);
	type(lines.slice(0, 500));
	type(`\r\n${lines}`);
	t.is(errors.length, 2);
	t.deepEqual(envelopes, [envelope]);
	t.is(clock.nextAt(), undefined);
});

test("after close nothing comes of what was begun", (t) => {
	const { clock, envelopes, errors, type, order } = consoleOf();
	type(lines.slice(0, 500));
	order.close();
	type(lines.slice(500));
	clock.advance(CONSOLE_SILENCE_MS);
	t.deepEqual([envelopes.length, errors.length], [0, 0]);
});

test("P9: whatever noise does to the lines, an order comes as it was or not at all", (t) => {
	const seed = Date.now();
	const clean = bytesFromAscii(lines);
	fc.assert(
		fc.property(
			fc.array(
				fc.record({
					at: fc.integer({ min: 0, max: clean.length - 1 }),
					deleted: fc.integer({ min: 0, max: 3 }),
					inserted: fc.uint8Array({ maxLength: 5 }),
				}),
				{ maxLength: 6 },
			),
			(damages) => {
				const { envelopes, order, type } = consoleOf();
				const noisy = [...clean];
				for (const { at, deleted, inserted } of damages) noisy.splice(at, deleted, ...inserted);
				order.receive(new Uint8Array(noisy));
				type(`\n${lines}`);
				if (envelopes.length < 1 || envelopes.length > 2) throw new Error(`${envelopes.length} orders`);
				if (!envelopes.every((got) => equalBytes(got, envelope))) throw new Error("another order came");
			},
		),
		{ seed, numRuns: 300 },
	);
	t.pass(`seed ${seed}`);
});
