import { EmulatedHttpClient } from "../../hosts/emulator/http-client.js";
import { EmulatedHttpServer } from "../../hosts/emulator/http-server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import { parseContentLength, parseContentRange, tagOf } from "../../modules/images/http-headers.js";
import { HttpSource } from "../../modules/images/http-source.js";
import { imageVersion } from "../../modules/images/image-header.js";
import { logRecordFromBytes } from "../../modules/log/log-record.js";
import { parseIndication } from "../../modules/modem/indication.js";
import { canonicalVersion } from "../../modules/modem/version.js";
import { ConsoleOrder } from "../../modules/order/console-order.js";
import { readEnvelope } from "../../modules/order/envelope.js";
import { parseOrder } from "../../modules/order/order.js";
import { OrderStore } from "../../modules/order/order-store.js";
import { Journal } from "../../modules/set/journal.js";
import { decodeCbor } from "../../modules/smp/cbor-reader.js";
import { ConsoleReader } from "../../modules/smp/console-reader.js";
import { refusalOf } from "../../modules/smp/refusals.js";
import { decodeBase64 } from "../../modules/storage/base64.js";
import { Slots } from "../../modules/storage/slots.js";
import { imageOf, readAll } from "../images/virtual.js";
import { envelope, SIGNED, testPublicKey } from "../support/orders.js";
import type { CaseResult, Cases } from "./cases.js";
import { latin1, mutated } from "./noise-blocks.js";
import { Xorshift } from "./xorshift.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** The engine's own errors have no place in a refusal, and neither has a message that does not say what would be right. */
const NAMED = /^(OrderRefused|Journal|Json|Cbor|Base64|Version|ImageSource|ConsoleOrder|SlotWrite)\w*Error$/;
const HOUR_MS = 3_600_000;
const IMAGE_BYTES = 3_000;
const TEXT_MAX = 20_000;

/**
 * What stands in the place of a value that is expected. Made anew each time: lists of a module's own lie in flash on a device,
 * and JSON.stringify does not take them there.
 */
function hostileValues(): readonly unknown[] {
	return [
		null,
		true,
		false,
		0,
		-1,
		1,
		1.5,
		2 ** 31,
		2 ** 53,
		1e308,
		"",
		" ",
		"__proto__",
		"constructor",
		"../../etc/passwd",
		"\u0000",
		"A".repeat(300),
		[],
		[[]],
		{},
		["avms", "avms"],
		"HL7800.4.5.4.0",
		"HL7800.4.5.4.0 ",
		"hl7800",
	];
}

const HEADER_VALUES: readonly string[] = [
	"",
	"0",
	"-1",
	"3000",
	"3001",
	"99999999999999999999",
	"0x10",
	"1e3",
	"bytes 0-2999/3000",
	"bytes 100-2999/3000",
	"bytes 2999-0/3000",
	"bytes 0-99999999999/3000",
	"bytes */3000",
	"bytes 0-2999/*",
	"chunked",
	"gzip",
	"identity",
	'"1"',
	'W/"1"',
	"\u0000",
	"x".repeat(5_000),
	"Mon, 23 Nov 2026 07:00:00 GMT",
];
const HEADERS = [
	"content-length",
	"content-range",
	"content-encoding",
	"transfer-encoding",
	"etag",
	"last-modified",
];

/** What a target is given, and what it tells: a line for the log. What it throws must be one of our own errors. */
type Target = (random: Xorshift, tools: Tools) => string;

interface Tools {
	/** Counts what went in. */
	took(bytes: number): void;
	/** One promise is broken. */
	fault(what: string): void;
}

const TARGETS: Readonly<Record<string, Target>> = {
	order: (random, { took, fault }) => {
		const payload = hostilePayload(random);
		took(payload.length);
		const order = parseOrder(payload, { canonicalVersion });
		const isWhole = (value: number, max: number): boolean =>
			Number.isInteger(value) && value >= 1 && value <= max;
		if (!isWhole(order.sequence, 2 ** 31 - 1)) fault(`P9: sequence ${order.sequence}`);
		if (order.elements.length < 1 || order.elements.length > 32)
			fault(`P9: ${order.elements.length} elements`);
		for (const { sizeBytes, from, to } of order.elements)
			if (!isWhole(sizeBytes, 99_999_999) || from.length < 1 || from.includes(to)) fault("P9: an element");
		return `order ${order.digest}`;
	},

	envelope: (random, { took }) => {
		const bytes = hostileEnvelope(random);
		took(bytes.length);
		return `${readEnvelope(bytes).signatures.length} signatures`;
	},

	"offered order": (random, { took, fault }) => {
		const store = new MemoryStore();
		const orders = new OrderStore({ store, canonicalVersion });
		const model = random.pick(["HL7692", "HL7800"] as const);
		const publicKey = testPublicKey();
		orders.offer(envelope(model, "second"), publicKey);
		const before = shownOrder(orders);
		const bytes = hostileEnvelope(random);
		took(bytes.length);
		const told = orders.tryOffer(() => ({ envelope: bytes, publicKey }));
		const isOurs = Object.values(SIGNED).some(({ payload }) => sameText(orders, payload));
		if (!isOurs) fault("P9: an order is in force that nobody signed");
		if (told.outcome === "refused" && shownOrder(orders) !== before)
			fault("P9: a refused order changed the one in force");
		if (told.outcome !== "refused") return told.outcome;
		if (told.message.length < 10 || !told.message.startsWith("Expected")) fault(`P9: ${told.message}`);
		return told.reason;
	},

	cbor: (random, { took }) => {
		const bytes = hostileCbor(random);
		took(bytes.length);
		const value = decodeCbor(bytes);
		const refusal = value instanceof Map ? refusalOf(value) : undefined;
		return `${typeof value} ${JSON.stringify(refusal) ?? ""}`;
	},

	"smp console": (random, { took, fault }) => {
		let packets = 0;
		let longest = 0;
		const reader = new ConsoleReader({
			packetBytesMax: 256,
			onPacket: (packet) => {
				packets++;
				longest = Math.max(longest, packet.length);
			},
		});
		for (let lines = 0; lines < 8; lines++) {
			const bytes = latin1(mutated("\u0006\tABIAAAACAAEAAAA8+w==\n\u0004\u0014AAAA\n", random));
			took(bytes.length);
			reader.feed(bytes);
		}
		if (longest > 256) fault(`P8: a packet of ${longest} bytes`);
		return `${packets} packets`;
	},

	"http headers": (random, { took, fault }) => {
		const text = random.oneIn(2) ? random.pick(HEADER_VALUES) : mutated(random.pick(HEADER_VALUES), random);
		took(text.length);
		const range = parseContentRange(text);
		const length = parseContentLength(text);
		const tag = tagOf(new Map([[random.pick(["etag", "last-modified"]), text]]));
		if (range && !(range.first >= 0 && range.last >= range.first))
			fault(`P8: range ${JSON.stringify(range)}`);
		if (length !== undefined && !(Number.isSafeInteger(length) && length >= 0)) fault(`P8: length ${length}`);
		if (tag !== undefined && (tag.length > 128 || !/^[ -~]+$/.test(tag))) fault(`P8: tag ${tag}`);
		return JSON.stringify([range ?? null, length ?? null, tag ?? null]);
	},

	"http source": (random, { took, fault }) => {
		const world = new VirtualClock();
		const image = imageOf(IMAGE_BYTES);
		const headers: Record<string, string> = {};
		for (let count = random.below(4); count > 0; count--)
			headers[random.pick(HEADERS)] = random.oneIn(3)
				? mutated(random.pick(HEADER_VALUES), random)
				: random.pick(HEADER_VALUES);
		const server = new EmulatedHttpServer({
			ranges: random.pick(["honour", "ignore", "shift"]),
			framing: random.pick(["length", "close"]),
			lengthErrorBytes: random.pick([0, 0, 1, -1]),
			extraBytes: random.pick([0, 0, 0, 7]),
			statuses: random.oneIn(3) ? [random.pick([100, 204, 301, 404, 416, 500, 503, 999, 0, -1])] : [],
			cuts: [random.oneIn(2) ? random.below(IMAGE_BYTES) : undefined],
			isSilent: random.oneIn(12),
			closeIsError: random.oneIn(2),
			headers,
		});
		server.files.set("/image", { bytes: image, etag: random.pick(['"1"', 'W/"1"', undefined]) });
		const source = new HttpSource({
			http: { io: EmulatedHttpClient, clock: world, server, host: "images.test" },
			path: "/image",
			sizeBytes: IMAGE_BYTES,
			clock: world,
		});
		const got = readAll(source, IMAGE_BYTES, random.pick([100, 512, 1_024]));
		world.runUntil(() => got.ended, 24 * HOUR_MS);
		took(IMAGE_BYTES);
		if (!got.ended) fault("P8: a download did not end in a day");
		world.advance(HOUR_MS);
		if (world.nextAt() !== undefined) fault("P8: a download left a timer");
		if (got.error) {
			if (got.error.name !== "ImageSourceError" || !got.error.message.startsWith("Expected"))
				fault(`P8: ${got.error.name}: ${got.error.message}`);
			return got.error.reason;
		}
		if (!got.bytes.every((byte, i) => byte === image[i]) || got.bytes.length !== IMAGE_BYTES)
			fault("P5: a download ended well with other bytes");
		return "whole";
	},

	"console order": (random, { took, fault }) => {
		const ends: string[] = [];
		const world = new VirtualClock();
		const order = new ConsoleOrder({
			clock: world,
			onEnvelope: (bytes) => ends.push(`${bytes.length} bytes`),
			onError: (error) => {
				ends.push(error.name);
				if (!error.message.startsWith("Expected")) fault(`P9: ${error.message}`);
			},
		});
		for (let lines = 0; lines < 8; lines++) {
			const text = mutated("order 12 0d4a1185\r\nAAECAwQFBgcICQoL\r\norder 6 00000000\nQUJD\nREVG\n", random);
			took(text.length);
			order.receive(latin1(text));
			world.advance(random.below(40_000));
		}
		world.advance(HOUR_MS);
		if (world.nextAt() !== undefined) fault("P8: an order on the console left a timer");
		return ends.join();
	},

	base64: (random, { took }) => {
		const text = mutated("AAECAwQFBgcICQoLDA0ODw==", random);
		took(text.length);
		return `${decodeBase64(text).length} bytes`;
	},

	version: (random, { took, fault }) => {
		const text = mutated(
			random.pick(["RHL769x.2.26.180400.201802141030.x7120m_1", "HL7800.4.4.14.0", "4.6.8"]),
			random,
		);
		took(text.length);
		const canonical = canonicalVersion(text, random.pick(["HL7692", "HL7800", "HL9999", ""]));
		if (canonical.length > 80 || !/^[ -~]+$/.test(canonical)) fault(`P5: version ${canonical}`);
		return canonical;
	},

	indication: (random, { took }) => {
		const line = mutated(random.pick(["+WDSI: 9,400000", '+WDSI: 18,"98%"', "+WDSI: 3"]), random);
		took(line.length);
		return parseIndication(line)?.kind ?? "none";
	},

	"image header": (random, { took }) => {
		const bytes = new Uint8Array(random.below(400));
		random.fill(bytes);
		if (random.oneIn(2)) bytes.set([0x3d, 0xb8, 0xf3, 0x96].slice(0, bytes.length));
		took(bytes.length);
		return imageVersion(bytes)?.version ?? "none";
	},

	"log record": (random, { took }) => {
		const bytes = new Uint8Array(random.below(180));
		random.fill(bytes);
		if (bytes.length > 3) bytes.set([0x55, 0x4c, 1]);
		took(bytes.length);
		return logRecordFromBytes(bytes)?.event ?? "none";
	},

	journal: (random, { took, fault }) => {
		const store = new MemoryStore();
		const text = JSON.stringify(hostileValue(JSON.parse(JOURNAL), random));
		took(text.length);
		new Slots({ store, key: "journal" }).write(latin1(text));
		const journal = new Journal({ store });
		const token = journal.takeRestart(5);
		if (journal.damaged && (journal.open || token)) fault("P7: a damaged journal that is open");
		return `${journal.damaged} ${journal.record.step} ${token?.step ?? ""}`;
	},
};

const JOURNAL = JSON.stringify({
	format: 1,
	order: "00",
	element: "modem",
	from: "a",
	to: "b",
	others: [{ name: "sensor", from: "1.0.0", fromHash: "00", to: "1.1.0", toHash: "11" }],
	step: "trial",
	restart: { order: "00", step: "trial", reason: "", bootNumber: 5, remainingMs: 1000 },
	package: "matched",
	installMayResume: false,
	reportOwed: false,
	inForce: "",
	seen: "a",
	attempts: 1,
	prefetchedAtMs: 0,
});

const NAMES = Object.keys(TARGETS);
const ROUNDS = 5;

/** Wrong and hostile orders, envelopes, CBOR, HTTP headers and whatever else is parsed: taken for what they are, or refused by name. */
export const inputs: Cases = {
	name: "inputs",
	run(number): CaseResult {
		const random = new Xorshift(number);
		const log: string[] = [];
		const faults: string[] = [];
		let noiseBytes = 0;
		for (let round = 0; round < ROUNDS; round++)
			for (const name of NAMES) {
				const tools: Tools = {
					took: (bytes) => {
						noiseBytes += bytes;
					},
					fault: (what) => faults.push(`${what} (${name})`),
				};
				try {
					log.push(`${name}: ${(TARGETS[name] as Target)(random, tools)}`);
				} catch (error) {
					const { name: errorName, message } = error as Error;
					// What JSON.parse says is the engine's own word and differs between engines.
					log.push(`${name}: ${errorName}`);
					if (!NAMED.test(errorName) || !/^Expected /.test(message))
						faults.push(`P8: ${name} threw ${errorName}: ${message}`);
				}
			}
		return { faults, log, noiseBytes };
	},
};

function shownOrder(orders: OrderStore): string {
	const stored = orders.current();
	return stored.status === "in-force" ? stored.order.digest : stored.status;
}

function sameText(orders: OrderStore, payload: string): boolean {
	const stored = orders.current();
	return (
		stored.status === "in-force" &&
		stored.order.digest === parseOrder(latin1(payload), { canonicalVersion }).digest
	);
}

function hostilePayload(random: Xorshift): Bytes {
	const { payload } = random.pick(Object.values(SIGNED));
	switch (random.below(4)) {
		case 0:
			return latin1(mutated(payload, random));
		case 1:
			return latin1("[".repeat(random.below(TEXT_MAX)));
		default:
			return latin1(asciiJson(hostileValue(JSON.parse(payload), random)));
	}
}

function hostileEnvelope(random: Xorshift): Bytes {
	const model = random.pick(["HL7692", "HL7800"] as const);
	const text = String.fromCharCode(...envelope(model, random.pick(["first", "second", "adopting"])));
	switch (random.below(4)) {
		case 0:
			return latin1(mutated(text, random));
		case 1:
			return latin1(text.slice(0, random.below(text.length)));
		case 2:
			return latin1(text);
		default:
			return latin1(asciiJson(hostileValue(JSON.parse(text), random)));
	}
}

function asciiJson(value: unknown): string {
	return JSON.stringify(value).slice(0, TEXT_MAX);
}

/** A copy with one value, somewhere in it, replaced, taken out or added. */
function hostileValue(value: unknown, random: Xorshift): unknown {
	if (typeof value !== "object" || value === null || random.oneIn(8)) return random.pick(hostileValues());
	if (Array.isArray(value)) {
		const copy: unknown[] = [...value];
		if (copy.length === 0 || random.oneIn(5)) copy.push(...Array(1 + random.below(40)).fill(copy[0] ?? null));
		else {
			const at = random.below(copy.length);
			copy[at] = hostileValue(copy[at], random);
		}
		return copy;
	}
	let copy: Record<string, unknown> = { ...value };
	const key = random.pick(Object.keys(copy));
	const change = random.below(6);
	if (change === 0) delete copy[key];
	// Spread, not assigned: in flash the prototype's own names cannot be assigned to.
	else if (change === 1)
		copy = { ...copy, [random.pick(["__proto__x", "constructor", "extra", "toString"])]: 1 };
	else copy[key] = hostileValue(copy[key], random);
	return copy;
}

/** An image list as a server sends it, changed; or anything. */
function hostileCbor(random: Xorshift): Bytes {
	const list =
		"\xbf\x66images\x9f\xbf\x64slot\x00\x67version\x651.0.0\x64hash\x44\x01\x02\x03\x04\xff\xff\xff";
	switch (random.below(4)) {
		case 0: {
			const bytes = new Uint8Array(random.below(120));
			random.fill(bytes);
			return bytes;
		}
		case 1:
			return latin1(
				random.pick(["\x9f", "\xa1", "\x81", "\x5f", "\xdb", "\xbf"]).repeat(random.below(1_000)),
			);
		case 2:
			return latin1(
				`\xa2\x62rc${random.pick(["\x08", "\x1b\xff\xff\xff\xff\xff\xff\xff\xff", "\x20", "\xf7", "\xf9\x00\x00"])}`,
			);
		default:
			return latin1(mutated(list, random));
	}
}
