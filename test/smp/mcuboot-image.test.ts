// Requirements: R11, R29
import { createHash } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { imageFacts, isValidImage, mcubootImage } from "../../hosts/emulator/processor-image.js";
import { sha256 } from "../../hosts/emulator/sha256.js";
import { McubootImageError, readMcubootImage } from "../../hosts/node/image-files/mcuboot-image.js";
import { IMGTOOL_IMAGES } from "./imgtool-images.js";

const imageOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const PLAIN = imageOf(IMGTOOL_IMAGES[0].base64);

for (const { options, version, hash, base64 } of IMGTOOL_IMAGES) {
	test(`version and hash are those that imgtool wrote and verified: ${options}`, (t) => {
		const image = imageOf(base64);
		t.deepEqual(readMcubootImage(image), { version, hash, sizeBytes: image.length });
	});

	test(`the emulated bootloader takes what imgtool made: ${options}`, (t) => {
		const image = imageOf(base64);
		t.true(isValidImage(image));
		t.is(Buffer.from(imageFacts(image)?.hash ?? []).toString("hex"), hash);
	});

	test(`an image with one byte changed is refused, whichever it is: ${options}`, (t) => {
		const image = imageOf(base64);
		for (let at = 0; at < image.length; at++) {
			const changed = image.slice();
			changed[at] = (changed[at] as number) ^ 0x55;
			// The signature and the public key's hash, which come after the image hash, are the bootloader's.
			if (at >= image.length - 104 && options.includes("--key")) continue;
			t.throws(() => readMcubootImage(changed), { instanceOf: McubootImageError }, `byte ${at}`);
		}
	});
}

test("images of the emulator's own maker are images, and the same options give the same bytes", (t) => {
	for (const options of [
		{ version: "1.0.0", sizeBytes: 72 },
		{ version: "1.2.3+4", sizeBytes: 1_000, headerBytes: 512 },
		{ version: "255.255.65535+4294967295", sizeBytes: 5_000, seed: 7, protectedTlv: Uint8Array.of(1, 2, 3) },
	]) {
		const image = mcubootImage(options);
		t.is(image.length, options.sizeBytes);
		t.is(readMcubootImage(image).version, options.version);
		t.deepEqual(mcubootImage(options), image);
	}
	t.throws(() => mcubootImage({ version: "1.0.0", sizeBytes: 71 }), { instanceOf: RangeError });
});

test("the emulator's maker makes what imgtool makes of the same code", (t) => {
	const made = mcubootImage({ version: "1.2.3", sizeBytes: PLAIN.length });
	made.set(PLAIN.subarray(32, 232), 32);
	made.set(sha256(made.subarray(0, 232)), 240);
	t.deepEqual(made, PLAIN);
});

const REFUSED: Record<string, [expected: RegExp, image: Uint8Array]> = {
	"no image": [/begins with 0x96f3b83d, got 0x0$/, new Uint8Array(100)],
	"an empty file": [/header of 32 bytes, got 0/, new Uint8Array(0)],
	"an image cut short": [/at least, got 271$/, PLAIN.slice(0, -1)],
	"an image cut in its code": [/Expected TLVs at 232/, PLAIN.slice(0, 100)],
	"a padded image": [/make it without `--pad`/, new Uint8Array([...PLAIN, 0xff])],
	"an encrypted image": [/encrypted with AES-128/, withByte(16, 0x4)],
	"a compressed image": [/compressed/, withByte(17, 0x2)],
	"an image with a hash of another kind": [/`--sha 256`/, withByte(236, 0x12)],
};

for (const [what, [expected, image]] of Object.entries(REFUSED))
	test(`refused with what would be right: ${what}`, (t) => {
		t.throws(() => readMcubootImage(image), { instanceOf: McubootImageError, message: expected });
	});

test("any bytes give an image or an McubootImageError", (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withMagic) => {
			if (withMagic) bytes.set(PLAIN.subarray(0, Math.min(4, bytes.length)));
			try {
				readMcubootImage(bytes);
			} catch (error) {
				t.true(error instanceof McubootImageError);
			}
			imageFacts(bytes);
		}),
	);
	t.pass();
});

// FIPS 180-4 examples (NIST, "Secure Hashing", SHA256.pdf): one block, two blocks, and a million times "a".
test("the emulator's SHA-256 gives the examples of FIPS 180-4, and Node's hash of any bytes", (t) => {
	const hex = (text: string): string => Buffer.from(sha256(Buffer.from(text))).toString("hex");
	t.is(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	t.is(
		hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	);
	t.is(hex("a".repeat(1_000_000)), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	for (let length = 0; length < 200; length++) {
		const bytes = Uint8Array.from({ length }, (_, i) => i * 31);
		t.is(Buffer.from(sha256(bytes)).toString("hex"), createHash("sha256").update(bytes).digest("hex"));
	}
});

function withByte(at: number, byte: number): Uint8Array {
	const image = PLAIN.slice();
	image[at] = byte;
	return image;
}
