// Requirements: P8, R11, R29
import test from "ava";
import fc from "fast-check";
import { consoleLines, LINE_BYTES_MAX } from "../../modules/smp/console-frames.js";
import { ConsoleReader } from "../../modules/smp/console-reader.js";

function read(bytes: Uint8Array, pieceBytes = bytes.length || 1): { packets: string[]; troubles: string[] } {
	const packets: string[] = [];
	const troubles: string[] = [];
	const reader = new ConsoleReader({
		packetBytesMax: 1_024,
		onPacket: (packet) => packets.push(Buffer.from(packet).toString("latin1")),
		onTrouble: (trouble) => troubles.push(trouble),
	});
	for (let at = 0; at < bytes.length; at += pieceBytes) reader.feed(bytes.subarray(at, at + pieceBytes));
	return { packets, troubles };
}

const linesOf = (packet: Uint8Array): Buffer => Buffer.concat(consoleLines(packet));
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

// The example of the Python package smp (JPHutchins/smp 3.3.2, smp/packet.py, `encode`).
const HELLO = "\x06\tAA9IZWxsbywgd29ybGQhet4=\n";
const HELLO_IN_SHORT_LINES =
	"\x06\tAA9I\n\x04\x14ZWxs\n\x04\x14bywg\n\x04\x14d29y\n\x04\x14bGQh\n\x04\x14et4=\n";
// Of the same file, `decode`: an upload request in lines of 15 bytes.
const UPLOAD_IN_SHORT_LINES = [
	"06094148344b41414230414147610a",
	"041441615a6a6247567544574e760a",
	"04145a6d59594b6d4e7a6147464d0a",
	"041464484a3163335167625755670a",
	"0414596e4a765a475268644746590a",
	"04145141414241674d45425159480a",
	"041443416b4b4377774e446738510a",
	"041445524954464255574678675a0a",
	"04144768736348523466494345690a",
	"04144979516c4a69636f4b536f720a",
	"04144c4330754c7a41784d6a4d300a",
	"04144e5459334f446b364f7a77390a",
	"0414506a396c615731685a3255410a",
	"04145a3356775a334a685a4758300a",
	"04147134673d0a",
].join("");

test("the published frames of another client are written and read", (t) => {
	t.is(linesOf(latin1("Hello, world!")).toString("latin1"), HELLO);
	t.deepEqual(read(latin1(HELLO)).packets, ["Hello, world!"]);
	t.deepEqual(read(latin1(HELLO_IN_SHORT_LINES)).packets, ["Hello, world!"]);
	const [upload = ""] = read(Buffer.from(UPLOAD_IN_SHORT_LINES, "hex")).packets;
	t.is(upload.length, 124);
	t.true(upload.startsWith("\n\0\0t\0\x01\x9a\x01\xa6clen\rcoff\x18*cshaLtrust me broddataX@"));
});

test("lines are at most 127 bytes long and each but the last holds a multiple of three", (t) => {
	for (let length = 1; length < 400; length++) {
		const lines = consoleLines(new Uint8Array(length));
		t.true(lines.every((line) => line.length <= LINE_BYTES_MAX));
		t.true(lines.slice(0, -1).every((line) => line.length === LINE_BYTES_MAX && !line.includes(0x3d)));
	}
});

test("any packet comes back, in whatever pieces, with text around it and between its lines", (t) => {
	const text = fc
		.string({ maxLength: 200 })
		.map((each) => each.replaceAll("\x04", "").replaceAll("\x06", ""));
	fc.assert(
		fc.property(
			fc.uint8Array({ minLength: 1, maxLength: 1_024 }),
			fc.integer({ min: 1, max: 300 }),
			text,
			text,
			(packet, pieceBytes, before, between) => {
				// A prompt may stand before a frame on its line; between lines only whole lines can be.
				const parts = [
					latin1(before),
					...consoleLines(packet).flatMap((line) => [line, latin1(`${between}\r\n`)]),
				];
				const { packets, troubles } = read(Buffer.concat(parts), pieceBytes);
				t.deepEqual(packets, [Buffer.from(packet).toString("latin1")]);
				t.deepEqual(troubles, []);
			},
		),
	);
});

test("a carriage return before the line feed is none of the frame", (t) => {
	t.deepEqual(read(latin1(HELLO.replace("\n", "\r\n"))).packets, ["Hello, world!"]);
});

const DROPPED: Record<string, [bytes: string, trouble: string]> = {
	"a wrong CRC": ["\x06\tAA9IZWxsbywgd29ybGQhet8=\n", "bad-crc"],
	"a line that is no base64": ["\x06\tAA9I?Wxs\n", "not-base64"],
	"a line without an end": [`\x06\t${"A".repeat(200)}\n`, "overlong-line"],
	"a packet that is too long": ["\x06\tBAQA\n", "overlong-packet"],
	"a packet of nothing": ["\x06\tAAIAAA==\n", "bad-length"],
	"a frame of one byte": ["\x06\tAA==\n", "bad-length"],
	"more bytes than the frame said": ["\x06\tAANIAAAAAAAA\n", "bad-length"],
};

for (const [what, [bytes, trouble]] of Object.entries(DROPPED))
	test(`dropped, and the next frame is read: ${what}`, (t) => {
		const { packets, troubles } = read(latin1(bytes + HELLO));
		t.deepEqual(packets, ["Hello, world!"]);
		t.deepEqual(troubles, [trouble]);
	});

test("a frame whose end was lost gives way to the next one", (t) => {
	t.deepEqual(read(latin1(`\x06\tAA9IZWxs\n${HELLO}`)).packets, ["Hello, world!"]);
	t.deepEqual(read(latin1(`\x06\tAA9IZWxs${HELLO}`)).packets, ["Hello, world!"]);
	t.deepEqual(read(latin1(`\x04\x14AA9I\n${HELLO}`)).packets, ["Hello, world!"]);
});

test("P8: a packet that is longer than the limit is dropped before memory is taken for it", (t) => {
	const { packets, troubles } = read(linesOf(new Uint8Array(1_025)));
	t.deepEqual(packets, []);
	t.deepEqual(troubles, ["overlong-packet"]);
	t.is(read(linesOf(new Uint8Array(1_024))).packets.length, 1);
});
