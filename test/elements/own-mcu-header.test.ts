// Requirements: R12
import test from "ava";
import { IMAGE_HEADER_BYTES, imageVersion } from "../../modules/images/image-header.js";
import { ownImage } from "./own-images.js";

function espHeader(version: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(IMAGE_HEADER_BYTES);
	bytes[0] = 0xe9;
	new DataView(bytes.buffer).setUint32(32, 0xabcd5432, true);
	bytes.set(version, 48);
	return bytes;
}

test("the version in a MCUboot header is as its image tool writes it", (t) => {
	const { bytes } = ownImage("1.2.30000");
	t.deepEqual(imageVersion(bytes), { kind: "mcuboot", version: "1.2.30000" });
	t.deepEqual(imageVersion(bytes.subarray(0, 32)), { kind: "mcuboot", version: "1.2.30000" });
	new DataView(bytes.buffer).setUint32(24, 77, true);
	t.deepEqual(imageVersion(bytes), { kind: "mcuboot", version: "1.2.30000+77" });
});

test("the version of an ESP-IDF image is the text of its app description", (t) => {
	const version = (text: string) => new TextEncoder().encode(text);
	t.deepEqual(imageVersion(espHeader(version("v2.0-rc1"))), { kind: "esp-idf", version: "v2.0-rc1" });
	t.deepEqual(imageVersion(espHeader(version("x".repeat(32)))), { kind: "esp-idf", version: "x".repeat(32) });
	t.deepEqual(imageVersion(espHeader(version(""))), { kind: "esp-idf", version: "" });
	t.is(imageVersion(espHeader(version("1\n2"))), undefined);
	t.is(imageVersion(espHeader(new Uint8Array([0xff, 0xfe]))), undefined);
});

test("bytes that are no header of a known format, or too few of one, have no version", (t) => {
	const esp = espHeader(new TextEncoder().encode("1.0"));
	t.is(imageVersion(new Uint8Array(0)), undefined);
	t.is(imageVersion(new Uint8Array(400)), undefined);
	t.is(imageVersion(new Uint8Array(400).fill(0xff)), undefined);
	t.is(imageVersion(ownImage("1.0.0").bytes.subarray(0, 31)), undefined);
	t.is(imageVersion(esp.subarray(0, IMAGE_HEADER_BYTES - 1)), undefined);
	esp[32] = 0;
	t.is(imageVersion(esp), undefined);
});

test("a header that lies in the middle of a buffer is read there", (t) => {
	const { bytes } = ownImage("3.4.5");
	const larger = new Uint8Array(bytes.length + 10);
	larger.set(bytes, 10);
	t.is(imageVersion(larger.subarray(10))?.version, "3.4.5");
});
