// Requirements: P5, R4
import test from "ava";
import { canonicalImageVersion } from "../../modules/order/image-version.js";

const SPELLINGS: Readonly<Record<string, string>> = {
	"1.2.3": "1.2.3",
	"1.2.3+0": "1.2.3",
	"1.2.3.0": "1.2.3",
	"1.2.3+4": "1.2.3+4",
	"1.2.3.4": "1.2.3+4",
	"01.2.003": "1.2.3",
	"255.255.65535+4294967295": "255.255.65535+4294967295",
	// Not MCUboot's: taken as words.
	"256.0.0": "256.0.0",
	"1.2": "1.2",
	"1.2.3-rc1": "1.2.3-rc1",
	"v1.0-3-gabcdef-dirty": "v1.0-3-gabcdef-dirty",
};

test("P5: an image's version has one spelling, whoever wrote it", (t) => {
	for (const [text, spelling] of Object.entries(SPELLINGS)) {
		t.is(canonicalImageVersion(text), spelling);
		t.is(canonicalImageVersion(spelling), spelling);
	}
});

test("what is no word is no version", (t) => {
	for (const text of ["", "1.2.3 ", "1 2", "é", "a".repeat(33), "a\n"])
		t.throws(() => canonicalImageVersion(text), { name: "ImageVersionError" }, JSON.stringify(text));
});
