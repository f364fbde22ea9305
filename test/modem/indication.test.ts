// Requirements: P8, R7
import test from "ava";
import fc from "fast-check";
import { type Indication, parseIndication } from "../../modules/modem/indication.js";

const LINES: readonly [string, Indication | undefined][] = [
	["+WDSI: 0", { kind: "ready" }],
	["+WDSI: 1", { kind: "request", request: "connect" }],
	["+WDSI: 2", { kind: "request", request: "download" }],
	["+WDSI: 3", { kind: "request", request: "install" }],
	["+WDSI: 24", { kind: "request", request: "reboot" }],
	["+WDSI: 25", { kind: "request", request: "uninstall" }],
	["+WDSI: 4", { kind: "authenticating" }],
	["+WDSI: 5", { kind: "authentication-failed" }],
	["+WDSI: 5,1", { kind: "authentication-failed" }],
	["+WDSI: 6", { kind: "session-started" }],
	["+WDSI: 7", { kind: "session-refused" }],
	["+WDSI: 8", { kind: "session-ended" }],
	["+WDSI: 8,0", { kind: "session-ended", updated: false }],
	["+WDSI: 8,1", { kind: "session-ended", updated: true }],
	["+WDSI: 8,x", { kind: "session-ended" }],
	["+WDSI: 9,932424", { kind: "package", sizeBytes: 932424, more: [] }],
	["+WDSI: 9, 1000,20,30", { kind: "package", sizeBytes: 1000, more: [20, 30] }],
	["+WDSI: 9,4294967295", { kind: "package", sizeBytes: 4294967295, more: [] }],
	["+WDSI: 9,4294967296", { kind: "unknown", code: 9, data: "4294967296" }],
	["+WDSI: 9", { kind: "unknown", code: 9, data: "" }],
	["+WDSI: 9,1e9", { kind: "unknown", code: 9, data: "1e9" }],
	["+WDSI: 9,0x10", { kind: "unknown", code: 9, data: "0x10" }],
	["+WDSI: 9,-1", { kind: "unknown", code: 9, data: "-1" }],
	["+WDSI: 9,1.5", { kind: "unknown", code: 9, data: "1.5" }],
	["+WDSI: 9,", { kind: "unknown", code: 9, data: "" }],
	["+WDSI: 9,1000,x", { kind: "unknown", code: 9, data: "1000,x" }],
	["+WDSI: 10", { kind: "downloaded" }],
	["+WDSI: 11", { kind: "download-failed" }],
	["+WDSI: 11,0", { kind: "download-failed", cause: 0 }],
	["+WDSI: 11, 2", { kind: "download-failed", cause: 2 }],
	["+WDSI: 11,-", { kind: "download-failed" }],
	["+WDSI: 12", { kind: "signature-accepted" }],
	["+WDSI: 13", { kind: "signature-rejected" }],
	["+WDSI: 14", { kind: "installing" }],
	["+WDSI: 15", { kind: "install-failed" }],
	["+WDSI: 15,7", { kind: "install-failed", cause: 7 }],
	["+WDSI: 16", { kind: "installed" }],
	["+WDSI: 17", { kind: "fallback" }],
	["+WDSI: 18", { kind: "progress" }],
	["+WDSI: 18,0", { kind: "progress", percent: 0 }],
	["+WDSI: 18,42", { kind: "progress", percent: 42 }],
	['+WDSI: 18,"98%"', { kind: "progress", percent: 98 }],
	['+WDSI: 18,"98%",932424', { kind: "progress", percent: 98 }],
	["+WDSI: 18,100", { kind: "progress", percent: 100 }],
	["+WDSI: 18,101", { kind: "unknown", code: 18, data: "101" }],
	["+WDSI: 18,98%", { kind: "unknown", code: 18, data: "98%" }],
	["+WDSI: 19", { kind: "unknown", code: 19, data: "" }],
	["+WDSI: 21", { kind: "provisioned" }],
	["+WDSI: 21,10", { kind: "provisioned" }],
	["+WDSI: 22,2", { kind: "registration", state: 2 }],
	["+WDSI: 22", { kind: "registration" }],
	["+WDSI: 23,0", { kind: "session-server", server: "bootstrap" }],
	["+WDSI: 23,1", { kind: "session-server", server: "management" }],
	["+WDSI: 23,2", { kind: "unknown", code: 23, data: "2" }],
	["+WDSI: 23", { kind: "unknown", code: 23, data: "" }],
	["+WDSI: 99,a,b", { kind: "unknown", code: 99, data: "a,b" }],
	["+WDSI:3", { kind: "request", request: "install" }],
	["+WDSI: 3,0", { kind: "request", request: "install" }],
	["+WDSI: ", undefined],
	["+WDSI: x", undefined],
	["+WDSI: 3x", undefined],
	["+WDSI: 256", undefined],
	["+WDSI: -1", undefined],
	["+WDSG: 1,3", undefined],
	["OK", undefined],
];

for (const [line, indication] of LINES)
	test(`${line} is ${indication ? JSON.stringify(indication) : "no indication"}`, (t) => {
		t.deepEqual(parseIndication(line), indication);
	});

test("P8: no line makes the parser throw", (t) => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.nat(300), (data, code) => {
			parseIndication(data);
			const indication = parseIndication(`+WDSI: ${code},${data}`);
			if (indication?.kind === "package") t.true(indication.sizeBytes <= 0xffffffff);
		}),
	);
	t.pass();
});
