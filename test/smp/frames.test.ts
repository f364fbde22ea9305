// Requirements: P7, R11, R29
/**
 * Against parts that nobody here wrote. The requests are compared with those of smpclient, byte for byte; the emulated
 * server answers its whole session; and both our client and the emulated server are held to what Zephyr answered.
 */
import test from "ava";
import { DEFAULT_PROCESSOR_BEHAVIOUR } from "../../hosts/emulator/processor-behaviour.js";
import { encodeItem } from "../../hosts/emulator/processor-cbor.js";
import { linesOf, ProcessorConsole } from "../../hosts/emulator/processor-console.js";
import { type ProcessorFlash, processorFlash } from "../../hosts/emulator/processor-flash.js";
import { imageFacts, mcubootImage } from "../../hosts/emulator/processor-image.js";
import { ProcessorServer } from "../../hosts/emulator/processor-server.js";
import { sha256 } from "../../hosts/emulator/sha256.js";
import { type CborMap, decodeCbor } from "../../modules/smp/cbor-reader.js";
import { consoleLines } from "../../modules/smp/console-frames.js";
import { ConsoleReader } from "../../modules/smp/console-reader.js";
import { slotsOf } from "../../modules/smp/images.js";
import { readHeader, writeHeader } from "../../modules/smp/packet.js";
import { refusalOf } from "../../modules/smp/refusals.js";
import * as requests from "../../modules/smp/requests.js";
import { OLD_IMAGE, ProcessorBench } from "./processor-bench.js";
import { SMPCLIENT_SESSION } from "./smpclient-frames.js";
import { type Exchange, ZEPHYR_EXCHANGES } from "./zephyr-frames.js";

const NEW_IMAGE = mcubootImage({ version: "1.1.0+7", sizeBytes: 700, seed: 5 });
const hashOf = (image: Uint8Array): Uint8Array => imageFacts(image)?.hash ?? new Uint8Array(0);

/** The console's bytes of lines as the fixtures have them. */
function bytesOf(lines: readonly string[]): Uint8Array {
	return Buffer.concat(
		lines.map((line, i) => Buffer.from(`${i === 0 ? "\x06\t" : "\x04\x14"}${line}\n`, "latin1")),
	);
}

/** The packet in the lines of a fixture, as our reader reads them. */
function packetOf(lines: readonly string[]): Uint8Array {
	const packets: Uint8Array[] = [];
	new ConsoleReader({ packetBytesMax: 1_024, onPacket: (packet) => packets.push(packet) }).feed(
		bytesOf(lines),
	);
	if (packets.length !== 1) throw new Error(`Expected one packet, got ${packets.length}`);
	return packets[0] as Uint8Array;
}

function linesWith(request: requests.SmpRequest, sequence: number): string[] {
	writeHeader(request.packet, { ...request, sequence });
	return consoleLines(request.packet).map((line) => Buffer.from(line.subarray(2, -1)).toString("latin1"));
}

let offset = 0;
let confirms = 0;
for (const { name, sequence, lines } of SMPCLIENT_SESSION)
	test.serial(`our request is smpclient's, byte for byte: ${name}, sequence ${sequence}`, (t) => {
		const builders: Record<string, () => requests.SmpRequest> = {
			parameters: requests.parameters,
			echo: () => requests.echo("hi"),
			list: requests.listImages,
			test: () => requests.testImage(hashOf(NEW_IMAGE)),
			// The first one is refused, for a test is pending; the second accepts the new image, the third goes back.
			confirm: () =>
				requests.confirmImage(
					hashOf(++confirms === 2 ? NEW_IMAGE : mcubootImage({ version: "1.0.0", sizeBytes: 600 })),
				),
			reset: requests.reset,
			erase: requests.eraseImage,
			upload: () => {
				const body = decodeCbor(packetOf(lines).subarray(8)) as CborMap;
				const data = body.get("data") as Uint8Array;
				t.is(body.get("off"), offset);
				const piece = { offsetBytes: offset, data: NEW_IMAGE.subarray(offset, offset + data.length) };
				offset += data.length;
				return requests.uploadPiece({ ...piece, sizeBytes: NEW_IMAGE.length, sha256: sha256(NEW_IMAGE) });
			},
		};
		t.deepEqual(linesWith((builders[name] as () => requests.SmpRequest)(), sequence), lines);
	});

test("the emulated processor takes smpclient's whole session: uploaded, tried, kept, left again, erased", (t) => {
	const old = mcubootImage({ version: "1.0.0", sizeBytes: 600 });
	const bench = new ProcessorBench({ flash: processorFlash(old) });
	const answers: string[] = [];
	const reader = new ConsoleReader({
		packetBytesMax: 1_024,
		onPacket: (packet) => {
			const answer = decodeCbor(packet.subarray(8)) as CborMap;
			const slots = slotsOf(answer)?.map(
				(slot) =>
					`${slot.version}${slot.active ? " active" : ""}${slot.confirmed ? " confirmed" : ""}${slot.pending ? " pending" : ""}`,
			);
			answers.push(slots?.join(", ") ?? refusalOf(answer)?.name ?? String(answer.get("off") ?? "done"));
		},
	});
	bench.wire.open({ receive: (bytes) => reader.feed(new Uint8Array(bytes)) });
	for (const { name, lines } of SMPCLIENT_SESSION) {
		bench.wire.toModem(new Uint8Array(bytesOf(lines)).buffer);
		bench.clock.advance(name === "reset" ? 30_000 : 5_000);
	}
	t.deepEqual(answers, [
		"done",
		"done",
		"done",
		"1.0.0 active confirmed",
		"297",
		"653",
		"700",
		"1.0.0 active confirmed, 1.1.0+7",
		"1.0.0 active confirmed, 1.1.0+7 pending",
		"IMAGE_ALREADY_PENDING",
		"NO_FREE_SLOT",
		"done",
		"1.1.0+7 active, 1.0.0 confirmed",
		"NO_FREE_SLOT",
		"1.1.0+7 active confirmed, 1.0.0",
		"1.1.0+7 active confirmed, 1.0.0 pending",
		"done",
		"1.0.0 active confirmed, 1.1.0+7",
		"done",
		"1.0.0 active confirmed",
	]);
	t.deepEqual(bench.flash.slots[0], old);
});

const ZEPHYR_TOLD: Record<string, string> = {
	parameters: "buf_size 384, buf_count 4",
	bootloader: "ENOTSUP",
	echo: "r hello",
	list: "",
	upload: "off 128",
	test: "0 0.0.0 active confirmed, 1 9.8.7+6 pending",
	"confirm while pending": "IMAGE_ALREADY_PENDING",
	reset: "",
	"erase on trial": "NO_FREE_SLOT",
	"confirm old on trial": "0 9.8.7+6 active, 1 0.0.0 confirmed",
	confirm: "0 9.8.7+6 active confirmed",
};
const ZEPHYR_LISTS = [
	"0 0.0.0 active confirmed",
	"0 0.0.0 active confirmed, 1 9.8.7+6",
	"0 9.8.7+6 active, 1 0.0.0 confirmed",
	"0 9.8.7+6 active, 1 0.0.0 confirmed",
	"0 9.8.7+6 active confirmed",
];

test("our client understands what Zephyr's SMP server answers", (t) => {
	const lists: string[] = [];
	const seen = new Set<string>();
	for (const { name, request, answer } of ZEPHYR_EXCHANGES) {
		const asked = readHeader(packetOf(request));
		const packet = packetOf(answer);
		t.deepEqual(readHeader(packet), asked && { ...asked, operation: asked.operation + 1 }, name);
		const body = decodeCbor(packet.subarray(8)) as CborMap;
		const told = shown(body);
		if (name === "list") lists.push(told);
		else if (!seen.has(name)) t.is(told, ZEPHYR_TOLD[name] ?? "", name);
		seen.add(name);
	}
	t.deepEqual(lists, ZEPHYR_LISTS);
	t.deepEqual([...seen].sort(), Object.keys(ZEPHYR_TOLD).sort());
});

test("P7: Zephyr 4.4.0 with swap using offset loses the old image from its list once the new one is confirmed", (t) => {
	const confirm = ZEPHYR_EXCHANGES.find(({ name }) => name === "confirm") as Exchange;
	const slots = slotsOf(decodeCbor(packetOf(confirm.answer).subarray(8)) as CborMap);
	t.deepEqual(
		slots?.map(({ version }) => version),
		["9.8.7+6"],
	);
});

test("the emulated server answers as Zephyr's did, byte for byte", (t) => {
	const hashes = slotsOf(
		decodeCbor(
			packetOf((ZEPHYR_EXCHANGES.find(({ name }) => name === "test") as Exchange).answer).subarray(8),
		) as CborMap,
	)?.map(({ hash }) => Buffer.from(hash, "hex"));
	const old = headOf("0.0.0", hashes?.[0] as Uint8Array);
	const next = headOf("9.8.7+6", hashes?.[1] as Uint8Array);
	const flash: ProcessorFlash = processorFlash(old);
	const behaviour = {
		...DEFAULT_PROCESSOR_BEHAVIOUR,
		tellsBootloader: false,
		bootloader: "swap-offset",
	} as const;
	let server = new ProcessorServer({ flash, behaviour });
	for (const { name, request, answer } of ZEPHYR_EXCHANGES) {
		// The whole of the image, and then the swap, happened between these.
		if (name === "list" && flash.slots[1].length > 1_000) flash.slots[1] = next;
		const packets: Uint8Array[] = [];
		new ProcessorConsole({ bufferBytes: 384, onPacket: (packet) => packets.push(packet) }).receive(
			bytesOf(request),
		);
		const [packet] = packets as [Uint8Array];
		const [first = 0, , , , , group = 0, sequence = 0, id = 0] = packet;
		const { map, resets } = server.answer(
			`${first & 7}/${group}/${id}`,
			packet.subarray(8),
			(first >> 3) & 3,
		);
		const body = encodeItem(map, true);
		const lines = linesOf([
			first + 1,
			0,
			body.length >> 8,
			body.length & 0xff,
			0,
			group,
			sequence,
			id,
			...body,
		]);
		t.is(Buffer.from(lines).toString("latin1"), Buffer.from(bytesOf(answer)).toString("latin1"), name);
		if (!resets) continue;
		flash.slots = [flash.slots[1], flash.slots[0]];
		flash.pending = null;
		flash.confirmed = false;
		server = new ProcessorServer({ flash, behaviour });
	}
	t.pass();
});

/** Of an image no more than what a server reads: a header, and the TLV with this hash. */
function headOf(version: string, hash: Uint8Array): Uint8Array {
	const image = mcubootImage({ version, sizeBytes: 72 });
	image.set(hash, 40);
	return image;
}

function shown(body: CborMap): string {
	const refusal = refusalOf(body);
	if (refusal) return refusal.name;
	const slots = slotsOf(body);
	if (slots)
		return slots
			.map(
				({ slot, version, active, confirmed, pending }) =>
					`${slot} ${version}${active ? " active" : ""}${confirmed ? " confirmed" : ""}${pending ? " pending" : ""}`,
			)
			.join(", ");
	return [...body].map(([key, value]) => `${key} ${String(value)}`).join(", ");
}

test("what the bench takes for the old image is one", (t) => t.is(imageFacts(OLD_IMAGE)?.version, "1.0.0"));
