// Requirements: P5, R14, R19
/** Orders for a set: `order new` reads the images, and says of them what the elements will say. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { emulatedDelta } from "../../hosts/emulator/emulated-delta.js";
import { mcubootImage } from "../../hosts/emulator/processor-image.js";
import { bootableImage } from "../../hosts/node/self-slots-image.js";
import { temporaryDirectory, updateWindow } from "./support.js";

const SENSOR = mcubootImage({ version: "1.1.0", sizeBytes: 900, seed: 1 });
const SELF = mcubootImage({ version: "2.0.1+7", sizeBytes: 1_200, seed: 2 });
const DELTA = emulatedDelta({ from: "HL7800.4.4.14.0", to: "HL7800.4.5.4.0", sizeBytes: 5_000 });
const MODEM = [
	"--element",
	"modem",
	"--model",
	"HL7800",
	"--from",
	"HL7800.4.4.14.0",
	"--to",
	"HL7800.4.5.4.0",
];

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const hashOf = (image: Uint8Array): string => Buffer.from(image.subarray(-32)).toString("hex");

interface Files {
	directory: string;
	sensor: string;
	self: string;
	delta: string;
}

function files(t: ExecutionContext): Files {
	const directory = temporaryDirectory(t);
	const write = (name: string, bytes: Uint8Array): string => {
		writeFileSync(join(directory, name), bytes);
		return join(directory, name);
	};
	return {
		directory,
		sensor: write("sensor-1.1.0.bin", SENSOR),
		self: write("self.bin", SELF),
		delta: write("delta.bin", DELTA),
	};
}

function order({ directory }: Files, ...args: string[]) {
	const out = join(directory, "order.json");
	const ran = updateWindow("order", "new", "--sequence", "3", "--out", out, ...args);
	return { ...ran, elements: ran.status === 0 ? JSON.parse(readFileSync(out, "utf8")).elements : undefined };
}

test("P5: an order for four elements carries sizes, SHA-256 and the hashes by which the elements know their images", (t) => {
	const at = files(t);
	const display = ["--element", `name=display,kind=smp,image=${at.sensor},from=1.0.0,from=1.0.1,to=1.1.0`];
	const sensor = ["--element", `name=sensor,kind=smp,image=${at.sensor},from=1.0.0`];
	const self = ["--element", `name=self,kind=self,image=${at.self},from=2.0.0`];
	const { elements, err } = order(at, ...MODEM, "--size", "731204", ...sensor, ...display, ...self);
	t.is(err, "");
	const image = { sizeBytes: 900, image: "sensor-1.1.0.bin", sha256: sha256(SENSOR), hash: hashOf(SENSOR) };
	const modem = { name: "modem", kind: "modem", model: "HL7800", from: ["HL7800.4.4.14.0"] };
	t.deepEqual(elements, [
		{ ...modem, to: "HL7800.4.5.4.0", sizeBytes: 731_204, sources: ["avms"] },
		{ name: "sensor", kind: "smp", from: ["1.0.0"], to: "1.1.0", ...image },
		{ name: "display", kind: "smp", from: ["1.0.0", "1.0.1"], to: "1.1.0", ...image },
		{
			...{ name: "self", kind: "self", from: ["2.0.0"], to: "2.0.1+7", sizeBytes: 1_200 },
			...{ image: "self.bin", sha256: sha256(SELF), hash: hashOf(SELF) },
		},
	]);
	t.is(bootableImage(Buffer.from(SELF))?.hash, hashOf(SELF), "the hash that the slots tell");
	const shown = updateWindow("order", "show", join(at.directory, "order.json")).out;
	for (const part of [
		"sensor: a processor with SMP",
		"self: our own MCU",
		hashOf(SELF),
		"by avms",
		"self.bin",
	])
		t.true(shown.includes(part), part);
});

test("P5: the modem's own file: in either form, from one source or two", (t) => {
	const at = files(t);
	const file = { sizeBytes: 5_000, image: "delta.bin", sha256: sha256(DELTA) };
	const modem = {
		name: "modem",
		kind: "modem",
		model: "HL7800",
		from: ["HL7800.4.4.14.0"],
		to: "HL7800.4.5.4.0",
	};
	const fields = "name=lte,kind=modem,model=HL7800,from=HL7800.4.4.14.0,to=HL7800.4.5.4.0";
	for (const [args, expected] of [
		[[...MODEM, "--image", at.delta], { ...modem, ...file, sources: ["local"] }],
		[
			[...MODEM, "--image", at.delta, "--size", "5000", "--source", "avms", "--source", "local"],
			{ ...modem, ...file, sources: ["avms", "local"] },
		],
		[["--element", `${fields},image=${at.delta}`], { ...modem, name: "lte", ...file, sources: ["local"] }],
		[
			["--element", `${fields},image=${at.delta},sources=avms+local`],
			{ ...modem, name: "lte", ...file, sources: ["avms", "local"] },
		],
		[["--element", `${fields},size=77`], { ...modem, name: "lte", sizeBytes: 77, sources: ["avms"] }],
	] as const) {
		const { elements, err } = order(at, ...args);
		t.deepEqual(elements, [expected], `${args.join(" ")} ${err}`);
	}
});

test("an image of ESP-IDF is known by the digest at its end", (t) => {
	const at = files(t);
	const image = espImage("v3-12");
	writeFileSync(at.self, image);
	const { elements, err } = order(at, "--element", `name=self,kind=self,image=${at.self},from=v3-11`);
	t.like(elements?.[0], { to: "v3-12", hash: hashOf(image), sha256: sha256(image) }, err);
	writeFileSync(at.self, image.subarray(0, -1));
	t.regex(
		order(at, "--element", `name=self,kind=self,image=${at.self},from=v3-11`).err,
		/refused. Expected a whole image/,
	);
});

test("P5: what cannot be an order is refused, with what was wrong and what would be right", (t) => {
	const at = files(t);
	const smp = (fields: string) => ["--element", `name=sensor,kind=smp,${fields}`];
	const good = smp(`image=${at.sensor},from=1.0.0`);
	const cases: [args: string[], status: number, said: RegExp][] = [
		[smp(`image=${at.sensor},from=1.0.0,to=1.2.0`), 64, /`to` of sensor to be 1\.1\.0.*got 1\.2\.0/],
		[smp(`image=${at.sensor}`), 64, /`from` of sensor/],
		[smp("from=1.0.0"), 64, /`image` of sensor/],
		[smp(`image=${at.sensor},from=1.0.0,size=900`), 64, /fields name, kind, from, to, image.*"size"/],
		[smp(`image=${at.sensor},from=1.0.0,from`), 64, /"from" is no NAME=VALUE/],
		[smp(`image=${at.sensor},image=${at.sensor},from=1.0.0`), 64, /`image` once/],
		[smp(`image=${at.directory}/none,from=1.0.0`), 66, /ENOENT/],
		[smp(`image=${at.delta},from=1.0.0`), 66, /delta\.bin is refused.*MCUboot/],
		[["--element", `kind=smp,image=${at.sensor},from=1.0.0`], 64, /Expected `name`/],
		[
			["--element", `name=sensor,image=${at.sensor},from=1.0.0`],
			64,
			/`kind` to be modem, smp, self, got none/,
		],
		[["--element", "name=sensor,kind=spi"], 64, /"spi"/],
		[["--element", "sensor"], 64, /"sensor"/],
		[[...good, ...good], 64, /a name that no other element has/],
		[[...good, "--size", "5"], 64, /`--element modem` with `--size`/],
		[[...MODEM, "--source", "local", "--size", "5"], 64, /`--image`/],
		[[...MODEM, "--source", "usb", "--size", "5"], 64, /avms, local/],
		[[...MODEM, "--image", at.delta, "--size", "5"], 64, /5000 bytes.*got 5/],
		[[...MODEM], 64, /`--size`, or `--image`/],
		[[], 64, /--element/],
	];
	for (const [args, status, said] of cases) {
		const ran = order(at, ...args);
		t.is(ran.status, status, `${args.join(" ")}: ${ran.err}`);
		t.regex(ran.err, said);
		t.regex(ran.err, /^error: [^\n]*\n$/);
	}
	const other = temporaryDirectory(t);
	writeFileSync(join(other, "sensor-1.1.0.bin"), mcubootImage({ version: "1.1.0", sizeBytes: 900, seed: 9 }));
	const display = ["--element", `name=display,kind=smp,image=${join(other, "sensor-1.1.0.bin")},from=1.0.0`];
	t.regex(order(at, ...good, ...display).err, /two files sensor-1\.1\.0\.bin with different contents/);
});

/** ESP-IDF, "App Image Format": a header, one segment with the application's description, a checksum's block, a digest. */
function espImage(version: string): Uint8Array {
	const hashed = 24 + 8 + 256 + (16 - ((24 + 8 + 256) % 16));
	const image = new Uint8Array(hashed + 32);
	const view = new DataView(image.buffer);
	image[0] = 0xe9;
	image[1] = 1;
	image[23] = 1;
	view.setUint32(28, 256, true);
	view.setUint32(32, 0xabcd5432, true);
	image.set(Buffer.from(version), 48);
	image.set(createHash("sha256").update(image.subarray(0, hashed)).digest(), hashed);
	return image;
}
