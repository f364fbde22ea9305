// Requirements: P5, R4, R7
import test from "ava";
import fc from "fast-check";
import {
	canonicalVersion,
	looksLikeVersion,
	parseVersion,
	VersionError,
} from "../../modules/modem/version.js";

/** Text, model, canonical. */
const SEEN: readonly [string, string | undefined, string][] = [
	["RHL769x.2.26.180400.201802141030.x7120m_1", "HL7692", "RHL769x.2.26.180400.201802141030.x7120m_1"],
	["BHL769x.2.11.154401.201611011730.x7120m_1", "HL7692", "BHL769x.2.11.154401.201611011730.x7120m_1"],
	["RHL769x.2.23.172400.201706231140.x7120m_1", undefined, "RHL769x.2.23.172400.201706231140.x7120m_1"],
	["RHL769x.2.24.173100.201709051100.x7120m_1", "HL7690", "RHL769x.2.24.173100.201709051100.x7120m_1"],
	["RHL769x.2.27.183100.201809071813.x7120m_3", "HL7692", "RHL769x.2.27.183100.201809071813.x7120m_3"],
	["RHL7688.A.2.15.1.0.151600.201809181425.x7160_1", "HL7688", "HL7688.2.15.1.0.151600.201809181425.x7160_1"],
	["2.15.1.0.151600.201809181425.x7160_1", "HL7688", "HL7688.2.15.1.0.151600.201809181425.x7160_1"],
	["2.15.1.0.151600", "HL7688", "HL7688.2.15.1.0.151600"],
	["HL7800.4.4.14.0", "HL7800", "HL7800.4.4.14.0"],
	["HL7800.4.3.9.0", undefined, "HL7800.4.3.9.0"],
	["HL7800.4.6.8", "HL7800", "HL7800.4.6.8"],
	["4.6.8", "HL7800", "HL7800.4.6.8"],
	["4.6.9.4", "HL7800", "HL7800.4.6.9.4"],
	["4.6.9.4", "HL7802", "HL7802.4.6.9.4"],
	["HL7802.4.6.9.4", "HL7802", "HL7802.4.6.9.4"],
	["AHL7800.1.4.0.0.20180430", "HL7800", "AHL7800.1.4.0.0.20180430"],
	["BHL7800.1.6.3.0.20180731", "HL7800", "BHL7800.1.6.3.0.20180731"],
	["BHL7800.3.5.1.1.20190720", undefined, "BHL7800.3.5.1.1.20190720"],
	["  HL7800.04.4.14.0\r\n", "HL7800", "HL7800.4.4.14.0"],
];

test("P5: every shape that was seen has its canonical form, and that form is its own", (t) => {
	for (const [text, model, canonical] of SEEN) {
		t.is(canonicalVersion(text, model), canonical);
		t.is(canonicalVersion(canonical.replace(/^HL7688\./, ""), model), canonical);
	}
});

const WRONG: readonly [string, string | undefined][] = [
	["", undefined],
	["HL7800", "HL7800"],
	["HL7800.4.4", "HL7800"],
	["HL7800.4.4.14.0.1", "HL7800"],
	["HL7800.4.4.14.x", "HL7800"],
	["HL7800.4.4.-14.0", "HL7800"],
	["HL7800.4.4.14.0.20180430", "HL7800"],
	["XHL7800.3.5.1.1.20190720", "HL7800"],
	["BHL7800.3.5.1.1", "HL7800"],
	["hl7800.4.4.14.0", "HL7800"],
	["HL7800.4.4.99999999.0", "HL7800"],
	["HL769x.2.26", "HL7692"],
	["RHL769x.2.26.180400.2018.x7120m_1", "HL7692"],
	["4.6.9.4", undefined],
	["4.6.9.4", "HL7692"],
	["2.15.1.0.151600", "HL7800"],
	["HL7802.4.6.9.4", "HL7800"],
	["HL7800.4.6.9.4", "HL7692"],
	["RHL769x.2.26.180400.201802141030.x7120m_1", "HL7800"],
	["1.2.3\u0660", "HL7800"],
	["1e3.2.3", "HL7800"],
	[`HL7800.4.4.14.${"0".repeat(100)}`, "HL7800"],
];

test("P5: anything else is a VersionError that says what it got", (t) => {
	for (const [text, model] of WRONG) {
		const error = t.throws(() => parseVersion(text, model), { instanceOf: VersionError }, text);
		t.is(error?.name, "VersionError");
		t.true(error?.message.startsWith("Expected a version"));
	}
	t.throws(() => parseVersion("1.2.3.4.5.6.7", "HL7800"), {
		message: /for HL7800 .*got "1\.2\.3\.4\.5\.6\.7"/,
	});
});

test("no text crashes the parser with another error", (t) => {
	const piece = fc.constantFrom("HL7800", "RHL769x", ".", "4", "14", "20180430", "x7120m_1", "\0", "💥", " ");
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.array(piece).map((parts) => parts.join("")),
			),
			(text) => {
				try {
					t.is(canonicalVersion(canonicalVersion(text)), canonicalVersion(text));
				} catch (error) {
					if (!(error instanceof VersionError)) throw error;
				}
			},
		),
	);
	t.pass();
});

test("P5: versions are the same exactly when nothing in them differs", (t) => {
	const version = "RHL769x.2.26.180400.201802141030.x7120m_1";
	for (const other of [
		"BHL769x.2.26.180400.201802141030.x7120m_1",
		"RHL769x.2.26.180401.201802141030.x7120m_1",
		"RHL769x.2.26.180400.201802141031.x7120m_1",
		"RHL769x.2.26.180400.201802141030.x7120m_2",
	]) {
		t.not(canonicalVersion(other), canonicalVersion(version));
	}
});

test("a version line is told from every other bare line", (t) => {
	for (const [text] of SEEN) t.true(looksLikeVersion(text.trim()));
	for (const line of [
		"HL7692",
		"350000000000006",
		"swu_init",
		"FUSED",
		"r12309",
		"OK",
		"2018-02-14 12:02:13",
		"+WDSI: 3",
	])
		t.false(looksLikeVersion(line), line);
});
