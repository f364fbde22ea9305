// Requirements: P8, R11
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import type { SerialCallbacks } from "../../modules/io/serial.js";
import { consoleLines } from "../../modules/smp/console-frames.js";
import { ConsoleReader } from "../../modules/smp/console-reader.js";
import { type PacketHeader, readHeader, writeHeader } from "../../modules/smp/packet.js";
import { echo, listImages, reset, uploadPiece } from "../../modules/smp/requests.js";
import { SmpBusyError, SmpClient, type SmpOutcome } from "../../modules/smp/smp-client.js";
import type { SmpLimits } from "../../modules/smp/smp-limits.js";

/** A port whose other end is the test. */
class Bench {
	readonly clock = new VirtualClock();
	readonly sent: { at: number; header: PacketHeader }[] = [];
	readonly lines: { at: number; bytes: number }[] = [];
	readonly troubles: string[] = [];
	readonly client: SmpClient;
	opened = 0;
	closed = 0;
	/** What the next opening or write throws. */
	broken: string | undefined;
	#callbacks: SerialCallbacks | undefined;
	#incoming: Uint8Array | undefined;

	constructor(limits: Partial<SmpLimits> = {}, firstSequence = 0) {
		const bench = this;
		const reader = new ConsoleReader({
			packetBytesMax: 2_000,
			onPacket: (packet) =>
				bench.sent.push({ at: bench.clock.now(), header: readHeader(packet) as PacketHeader }),
		});
		class Port {
			constructor(callbacks: SerialCallbacks) {
				if (bench.broken) throw new Error(bench.broken);
				bench.opened++;
				bench.#callbacks = callbacks;
			}
			read(): ArrayBuffer | undefined {
				const bytes = bench.#incoming;
				bench.#incoming = undefined;
				return bytes && new Uint8Array(bytes).buffer;
			}
			write(bytes: ArrayBuffer): void {
				if (bench.broken) throw new Error(bench.broken);
				bench.lines.push({ at: bench.clock.now(), bytes: bytes.byteLength });
				reader.feed(new Uint8Array(bytes));
			}
			close(): void {
				bench.closed++;
			}
		}
		this.client = new SmpClient({
			serial: { io: Port },
			clock: this.clock,
			limits,
			firstSequence,
			onTrouble: (trouble) => this.troubles.push(trouble),
		});
	}

	receive(bytes: Uint8Array): void {
		this.#incoming = bytes;
		this.#callbacks?.onReadable(bytes.length);
	}

	/** Answers with this CBOR; by default what was asked last. */
	answer(cbor: string, change: Partial<PacketHeader> = {}): void {
		const { header } = this.sent[this.sent.length - 1] as { header: PacketHeader };
		const packet = new Uint8Array([...new Uint8Array(8), ...Buffer.from(cbor, "hex")]);
		writeHeader(packet, { ...header, operation: header.operation + 1, ...change });
		this.receive(Buffer.concat(consoleLines(packet)));
	}

	breakPort(reason: string): void {
		this.#callbacks?.onError?.(reason);
	}

	send(request = listImages(), options: { tries?: number; answerMs?: number } = {}): SmpOutcome[] {
		const outcomes: SmpOutcome[] = [];
		this.client.send(request, { ...options, done: (outcome) => outcomes.push(outcome) });
		return outcomes;
	}
}

test("an answer ends a request, once", (t) => {
	const bench = new Bench();
	const outcomes = bench.send(echo("x"));
	t.is(bench.opened, 1, "the port opens with the first request");
	bench.answer("a1617261 78".replace(" ", ""));
	bench.answer("a16172617a");
	t.is(outcomes.length, 1);
	t.deepEqual(outcomes[0], { result: "ok", answer: new Map([["r", "x"]]) });
	t.deepEqual(bench.troubles, ["late-answer"]);
	bench.clock.advance(100_000);
	t.is(bench.sent.length, 1);
});

test("sequence numbers go up with each request, and from 255 to 0", (t) => {
	const bench = new Bench({}, 254);
	for (let i = 0; i < 3; i++) {
		bench.send();
		bench.answer("a0");
	}
	t.deepEqual(
		bench.sent.map(({ header }) => header.sequence),
		[254, 255, 0],
	);
});

test("a request without an answer is sent again with the same sequence number, and a late answer to the first counts", (t) => {
	const bench = new Bench({ answerMs: 100, tries: 3 });
	const outcomes = bench.send();
	bench.clock.advance(250);
	t.deepEqual(
		bench.sent.map(({ at, header }) => [at, header.sequence]),
		[
			[0, 0],
			[100, 0],
			[200, 0],
		],
	);
	bench.answer("a0");
	t.is(outcomes[0]?.result, "ok");
});

test("P8: a server that is silent is given up after so many tries", (t) => {
	const bench = new Bench({ answerMs: 100, tries: 3 });
	const outcomes = bench.send();
	bench.clock.advance(100_000);
	t.is(bench.sent.length, 3);
	t.deepEqual(outcomes, [{ result: "timeout" }]);
});

test("a reset that is asked for once is sent once", (t) => {
	const bench = new Bench();
	const outcomes = bench.send(reset(), { tries: 1, answerMs: 50 });
	bench.clock.advance(100_000);
	t.is(bench.sent.length, 1);
	t.deepEqual(outcomes, [{ result: "timeout" }]);
});

test("answers to anything but what was asked are dropped", (t) => {
	const bench = new Bench({}, 7);
	const outcomes = bench.send();
	for (const change of [{ sequence: 6 }, { group: 0 }, { id: 1 }, { operation: 0 }, { operation: 3 }])
		bench.answer("a0", change);
	t.deepEqual(outcomes, []);
	t.is(bench.troubles.length, 5);
	bench.answer("a0");
	t.is(outcomes[0]?.result, "ok");
});

test("what is no CBOR map is no answer", (t) => {
	const bench = new Bench();
	const outcomes = bench.send();
	for (const cbor of ["", "80", "01", "bf", "a1"]) bench.answer(cbor);
	t.deepEqual(outcomes, []);
	t.deepEqual(bench.troubles, Array(5).fill("not-cbor"));
});

const REFUSALS: readonly (readonly [cbor: string, name: string, text: string])[] = [
	["a1627263 03".replace(" ", ""), "EINVAL", ""],
	["a162726308", "ENOTSUP", ""],
	["a1627263190100", "rc 256", ""],
	["a262726301637273 6e6f696d61676520746f6f206c61726765".replace(" ", ""), "EUNKNOWN", "image too large"],
	["a163657272a26567726f757001627263181e", "INVALID_IMAGE_TOO_LARGE", ""],
	["a163657272a26567726f75700062726303", "QUERY_YIELDS_NO_ANSWER", ""],
	["bf63657272bf6567726f7570086272630bffff", "group 8, rc 11", ""],
];

for (const [cbor, name, text] of REFUSALS)
	test(`a refusal is told by its name: ${name}`, (t) => {
		const bench = new Bench();
		const outcomes = bench.send();
		bench.answer(cbor);
		t.deepEqual(outcomes, [{ result: "refused", refusal: { name, text } }]);
	});

test("an rc of 0 is no refusal", (t) => {
	const bench = new Bench();
	const outcomes = bench.send();
	bench.answer("a162726300");
	t.is(outcomes[0]?.result, "ok");
});

test("one request at a time", (t) => {
	const bench = new Bench();
	bench.send();
	t.throws(() => bench.send(), { instanceOf: SmpBusyError });
	bench.client.cancel();
	t.notThrows(() => bench.send());
});

test("after cancel and close nothing is called back, and the next request opens the port again", (t) => {
	const bench = new Bench();
	const outcomes = bench.send();
	bench.client.close();
	bench.client.close();
	bench.clock.advance(100_000);
	t.deepEqual(outcomes, []);
	t.is(bench.closed, 1);
	bench.send();
	t.is(bench.opened, 2);
});

test("a port that does not open, or breaks, is told, never from within send", (t) => {
	const bench = new Bench();
	bench.broken = "no such device";
	let outcomes = bench.send();
	t.deepEqual(outcomes, []);
	bench.clock.advance(0);
	t.deepEqual(outcomes, [{ result: "gone", reason: "no such device" }]);
	bench.broken = undefined;
	outcomes = bench.send();
	bench.breakPort("pulled out");
	bench.clock.advance(0);
	t.deepEqual(outcomes, [{ result: "gone", reason: "pulled out" }]);
	outcomes = bench.send();
	bench.answer("a0");
	t.is(outcomes[0]?.result, "ok");
	bench.broken = "output full";
	outcomes = bench.send();
	bench.clock.advance(100_000);
	t.deepEqual(outcomes, [{ result: "gone", reason: "output full" }]);
});

test("lines go out one by one where a pause is asked for, and at once where not", (t) => {
	const sent = { offsetBytes: 16, data: new Uint8Array(500), sizeBytes: 1_000, sha256: new Uint8Array(32) };
	for (const linePauseMs of [0, 12]) {
		const bench = new Bench({ linePauseMs });
		bench.send(uploadPiece(sent));
		bench.clock.advance(1_000);
		t.true(bench.lines.length > 5);
		t.deepEqual(
			bench.lines.map(({ at }) => at),
			bench.lines.map((_, i) => i * linePauseMs),
		);
		t.is(bench.sent.length, 1);
	}
});
