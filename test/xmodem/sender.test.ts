// Requirements: P8, R10
// Goal: the sender goes through a transfer as the receiver's bytes say, ends by itself whatever they are, and never
// believes an acknowledgement that is not the block's. Method: a test that plays the receiver byte by byte, in virtual time.
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { crc16 } from "../../modules/storage/crc16.js";
import { ACK, CAN, CRC_REQUEST, EOT, NAK, PAD, SOH, STX } from "../../modules/xmodem/control-bytes.js";
import { XMODEM_LIMITS, type XmodemLimits } from "../../modules/xmodem/xmodem-limits.js";
import { XmodemSender, type XmodemSenderOptions } from "../../modules/xmodem/xmodem-sender.js";

function bench(options: Partial<XmodemSenderOptions> & { limits?: Partial<XmodemLimits> } = {}) {
	const clock = new VirtualClock();
	const sent: Uint8Array[] = [];
	const log: string[] = [];
	let onTransmit = () => {};
	const sender = new XmodemSender({
		clock,
		blockBytes: 128,
		transmit: (bytes) => {
			onTransmit();
			sent.push(new Uint8Array(bytes).slice());
		},
		...options,
	});
	const b = {
		clock,
		sender,
		log,
		/** What was sent since the last call. */
		take: () => sent.splice(0),
		say: (...bytes: number[]) => sender.receive(Uint8Array.from(bytes)),
		start: () => sender.start((error) => log.push(`start ${error?.reason ?? "ok"}`)),
		write: (block: Uint8Array) => sender.write(block, (error) => log.push(`write ${error?.reason ?? "ok"}`)),
		finish: () => sender.finish((error) => log.push(`finish ${error?.reason ?? "ok"}`)),
		started: (request: number = NAK) => {
			b.start();
			b.say(request);
			b.write(Uint8Array.of(1, 2, 3));
			log.length = 0;
			return b;
		},
		onTransmit: (callback: () => void) => {
			onTransmit = callback;
		},
	};
	return b;
}

const isCancel = (bytes: Uint8Array | undefined) =>
	bytes?.length === 2 && bytes.every((byte) => byte === CAN);

test("a block begins with its size and number and ends with the check that the receiver asked for", (t) => {
	for (const [blockBytes, header] of [
		[128, SOH],
		[1024, STX],
	] as const)
		for (const request of [NAK, CRC_REQUEST]) {
			const b = bench({ blockBytes });
			b.start();
			b.clock.advance(5_000);
			t.deepEqual(b.take(), []);
			b.say(request);
			t.deepEqual(b.log, ["start ok"]);
			const block = new Uint8Array(blockBytes).map((_, i) => (i * 7) & 255);
			b.write(block);
			const [frame] = b.take() as [Uint8Array];
			t.deepEqual([...frame.slice(0, 3)], [header, 1, 254]);
			t.deepEqual(frame.slice(3, 3 + blockBytes), block);
			const check = [...frame.slice(3 + blockBytes)];
			const sum = block.reduce((total, byte) => total + byte, 0) % 256;
			t.deepEqual(check, request === NAK ? [sum] : [crc16(block) >>> 8, crc16(block) & 255]);
		}
});

test("the last block is filled with 0x1A, and a file that ends with a block has no other after it", (t) => {
	for (const lastBytes of [1, 127, 128]) {
		const b = bench();
		b.start();
		b.say(NAK);
		b.write(new Uint8Array(128).fill(1));
		b.say(ACK);
		b.write(new Uint8Array(lastBytes).fill(2));
		b.say(ACK);
		b.finish();
		const frames = b.take();
		t.is(frames.length, 3);
		const padding = [...(frames[1] as Uint8Array).slice(3 + lastBytes, 131)];
		t.is(padding.length, 128 - lastBytes);
		t.true(padding.every((byte) => byte === PAD));
		t.deepEqual([...(frames[2] as Uint8Array)], [EOT]);
		b.say(ACK);
		t.deepEqual(b.log, ["start ok", "write ok", "write ok", "finish ok"]);
		t.is(b.clock.nextAt(), undefined, "no timer is left");
	}
});

test("block numbers go from 255 to 0", (t) => {
	const b = bench();
	b.start();
	b.say(CRC_REQUEST);
	for (let i = 0; i < 600; i++) {
		b.write(new Uint8Array(128));
		b.say(ACK);
	}
	const numbers = b.take().map((frame) => [frame[1], frame[2]] as [number, number]);
	t.deepEqual(
		numbers.map(([number]) => number),
		Array.from({ length: 600 }, (_, i) => (i + 1) % 256),
	);
	t.true(numbers.every(([number, inverse]) => number + inverse === 255));
});

test("a rejected block is sent again, the same, after a quiet gap, and a storm of rejections counts as one", (t) => {
	const b = bench().started();
	const [frame] = b.take();
	for (let i = 0; i < 1_000; i++) {
		b.say(NAK);
		b.clock.advance(1);
	}
	t.deepEqual(b.take(), []);
	b.clock.advance(XMODEM_LIMITS.quietMs);
	t.deepEqual(b.take(), [frame]);
	b.say(ACK);
	b.clock.advance(XMODEM_LIMITS.settleMs);
	t.deepEqual(b.log, ["write ok"]);
});

test("P8: a block that is always rejected is sent ten times, and then the transfer is cancelled", (t) => {
	const b = bench().started();
	for (let i = 0; i < 12; i++) {
		b.say(NAK);
		b.clock.advance(1_000);
	}
	const sent = b.take();
	t.is(sent.length, XMODEM_LIMITS.triesMax + 1);
	t.true(isCancel(sent.pop()));
	t.deepEqual(b.log, ["write rejected"]);
	t.is(b.clock.nextAt(), undefined, "no timer is left");
});

test("P8: a receiver that rejects without a pause ends with the block's deadline", (t) => {
	const b = bench().started();
	b.take();
	for (let ms = 0; ms < XMODEM_LIMITS.blockMs + 1_000; ms += 50) {
		b.say(NAK);
		b.clock.advance(50);
	}
	t.deepEqual(b.log, ["write deadline"]);
	t.true(isCancel(b.take().pop()));
});

test("P8: a receiver that falls silent is asked again a few times, within the block's deadline", (t) => {
	const b = bench().started();
	const startMs = b.clock.now();
	b.clock.runUntil(() => b.log.length > 0, 3_600_000);
	t.true(b.clock.now() - startMs <= XMODEM_LIMITS.blockMs);
	t.is(b.log.length, 1);
	const sent = b.take();
	t.true(sent.length > 2 && sent.length <= XMODEM_LIMITS.triesMax + 1);
	t.true(isCancel(sent.pop()));
});

test("P8: a receiver that never asks, a file that stops coming and a transfer without end have a limit each", (t) => {
	const never = bench();
	never.start();
	never.clock.advance(XMODEM_LIMITS.startMs);
	t.deepEqual(never.log, ["start no-start"]);

	const paused = bench().started();
	paused.say(ACK);
	paused.clock.advance(XMODEM_LIMITS.pauseMs);
	t.true(isCancel(paused.take().pop()));
	paused.write(new Uint8Array(1));
	t.deepEqual(paused.log, ["write ok"], "not told from within the call");
	paused.clock.advance(0);
	t.deepEqual(paused.log, ["write ok", "write paused"]);
	t.deepEqual(paused.take(), []);

	const endless = bench({ limits: { totalMs: 100_000 } }).started();
	while (endless.clock.now() < 90_000) {
		endless.say(ACK);
		endless.write(new Uint8Array(1));
		endless.clock.advance(10_000);
	}
	endless.clock.advance(10_000);
	t.is(endless.log.at(-1), "write deadline");
	t.true(isCancel(endless.take().pop()));
});

test("an acknowledgement that came twice, with its twin or before the next block is out, does not advance", (t) => {
	const b = bench({ baud: 115_200 }).started();
	b.clock.advance(12);
	b.say(ACK, ACK, ACK);
	b.say(ACK);
	b.write(Uint8Array.of(9));
	b.say(ACK);
	b.clock.advance(5);
	b.say(ACK);
	t.deepEqual(b.log, ["write ok"]);
	b.clock.advance(7);
	b.say(ACK);
	t.deepEqual(b.log, ["write ok", "write ok"]);
});

test("what had arrived before a block was sent is not its answer, though it is read only then", (t) => {
	const b = bench().started();
	b.say(ACK);
	b.onTransmit(() => b.say(ACK, NAK));
	b.write(Uint8Array.of(9));
	b.take();
	b.clock.advance(XMODEM_LIMITS.quietMs * 2);
	t.deepEqual(b.log, ["write ok"]);
	t.deepEqual(b.take(), []);
});

test("after a block that was sent twice the second acknowledgement is waited for", (t) => {
	const b = bench().started();
	b.clock.advance(XMODEM_LIMITS.answerMs);
	t.is(b.take().length, 2);
	b.say(ACK);
	b.clock.advance(XMODEM_LIMITS.settleMs - 1);
	b.say(ACK);
	b.clock.advance(XMODEM_LIMITS.settleMs - 1);
	t.deepEqual(b.log, []);
	b.clock.advance(1);
	t.deepEqual(b.log, ["write ok"]);
});

test("one CAN is noise, and two side by side are the end, also between two blocks", (t) => {
	const b = bench().started();
	b.say(CAN);
	b.say(0, CAN);
	b.say(ACK);
	b.write(Uint8Array.of(1));
	t.deepEqual(b.log, ["write ok"]);
	b.say(CAN);
	b.say(CAN);
	t.deepEqual(b.log, ["write ok", "write cancelled"]);
	t.is(b.take().length, 2, "a receiver that cancelled is told nothing more");

	const between = bench().started();
	between.say(ACK);
	between.say(CAN, CAN);
	between.write(Uint8Array.of(1));
	between.clock.advance(0);
	t.deepEqual(between.log, ["write ok", "write cancelled"]);
});

test("other bytes mean nothing, at any time", (t) => {
	const b = bench();
	b.start();
	const others = Array.from({ length: 256 }, (_, byte) => byte).filter(
		(byte) => ![ACK, NAK, CAN, CRC_REQUEST].includes(byte),
	);
	b.say(...others, ACK);
	b.say(NAK);
	b.write(Uint8Array.of(1));
	b.say(...others);
	b.clock.advance(XMODEM_LIMITS.quietMs * 2);
	t.is(b.take().length, 1);
	t.deepEqual(b.log, ["start ok"]);
});

test("a receiver that wants CRCs says so again in the place of its first rejection", (t) => {
	for (const first of [NAK, CRC_REQUEST]) {
		const b = bench().started(first);
		b.take();
		b.say(CRC_REQUEST);
		b.clock.advance(XMODEM_LIMITS.quietMs);
		const [frame] = b.take() as [Uint8Array];
		t.is(frame.length, 133);
		t.is(crc16(frame.slice(3, 131)), (frame[131] as number) * 256 + (frame[132] as number));
	}
	const later = bench().started();
	later.say(ACK);
	later.write(Uint8Array.of(1));
	later.take();
	later.say(CRC_REQUEST);
	later.clock.advance(1_000);
	t.deepEqual(later.take(), [], "from the second block on it is noise");
});

test("the end is sent again when it is rejected, and when nobody answers", (t) => {
	const b = bench().started();
	b.say(ACK);
	b.finish();
	b.take();
	b.say(NAK);
	b.clock.advance(XMODEM_LIMITS.quietMs);
	b.clock.advance(XMODEM_LIMITS.answerMs);
	t.deepEqual(b.take(), [Uint8Array.of(EOT), Uint8Array.of(EOT)]);
	b.say(ACK);
	b.clock.advance(XMODEM_LIMITS.settleMs);
	t.deepEqual(b.log, ["write ok", "finish ok"]);
});

test("a receiver's own words end the transfer: well after the end, badly before it, and nothing more is sent", (t) => {
	const well = bench().started();
	well.say(ACK);
	well.finish();
	well.take();
	well.sender.confirm();
	t.deepEqual(well.log, ["write ok", "finish ok"]);

	const early = bench().started();
	early.take();
	early.sender.confirm();
	t.deepEqual(early.log, ["write refused"]);

	const badly = bench().started();
	badly.take();
	badly.sender.refuse("Expected OK, got ERROR");
	t.deepEqual(badly.log, ["write refused"]);
	badly.clock.advance(1_000_000);
	t.deepEqual([...well.take(), ...early.take(), ...badly.take()], []);
});

test("cancel says CAN CAN once, at any time but before the start and after the end, and nobody is told", (t) => {
	const fresh = bench();
	fresh.sender.cancel();
	t.deepEqual(fresh.take(), []);
	for (const how of ["starting", "out", "between"]) {
		const b = bench();
		b.start();
		if (how !== "starting") b.say(NAK);
		if (how === "out") b.write(Uint8Array.of(1));
		b.log.length = 0;
		b.take();
		b.sender.cancel();
		b.sender.cancel();
		t.is(b.take().filter(isCancel).length, 1, how);
		b.say(ACK, NAK);
		b.clock.advance(1_000_000);
		t.deepEqual(b.log, [], how);
		t.deepEqual(b.take(), [], how);
		t.is(b.clock.nextAt(), undefined, "no timer is left");
	}
});

test("what is out of order is refused by name", (t) => {
	const b = bench();
	t.throws(() => b.write(Uint8Array.of(1)), { name: "XmodemUsageError" });
	b.start();
	t.throws(() => b.start(), { name: "XmodemUsageError" });
	b.say(NAK);
	for (const bytes of [0, 129]) t.throws(() => b.write(new Uint8Array(bytes)), { name: "XmodemUsageError" });
	b.write(Uint8Array.of(1));
	t.throws(() => b.write(Uint8Array.of(1)), { name: "XmodemUsageError" });
	t.throws(() => b.finish(), { name: "XmodemUsageError" });
});
