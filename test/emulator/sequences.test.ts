// Requirements: P1, P6, R28
// Goal: every order of events of section 2.1 of the reference that belongs to the two families comes out of the
// emulator. Method: a table of sequences; each is a list of steps, and after each step the short form of what came.
import test from "ava";
import type { Behaviour } from "../../hosts/emulator/behaviour.js";
import type { Model } from "../../hosts/emulator/families.js";
import type { EmulatedServer } from "../../hosts/emulator/server.js";
import { Bench, short } from "./bench.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HL7800_NEXT = "HL7800.4.5.4.0";
const HL7692_NEXT = "RHL769x.2.27.183100.201809071813.x7120m_3";

/** A command or a wait (in ms), and all that comes until the next step. */
type Step = [does: string | number, comes: string];

interface Sequence {
	title: string;
	model: Model;
	behaviour?: Partial<Behaviour>;
	agreements?: "all" | "none" | "without connect";
	job?: Partial<Parameters<EmulatedServer["addJob"]>[0]> | "none";
	steps: Step[];
	/** The state of the first job at the end. */
	state?: string;
	prepare?: (bench: Bench) => void;
}

const SEQUENCES: Sequence[] = [
	{
		title: "a whole update over AVMS with agreements 1 and 2, started by the host",
		model: "HL7800",
		agreements: "without connect",
		steps: [
			["AT+WDSS=1,1", "OK"],
			[6 * SECOND, "4 6 23,1 2"],
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,2 OK"],
			[20 * SECOND, "8"],
			["AT+WDSR=3", "OK"],
			[60 * SECOND, "9,500000 18,0 18,100 10 12 4 6 23,1 3 8"],
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,3 OK"],
			["AT+WDSR=4", "OK"],
			[4 * MINUTE, "14 +KSUP: 0 0 16 4 6 23,1 8"],
			["AT+CGMR", `${HL7800_NEXT} OK`],
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,0 OK"],
		],
		state: "SUCCESS",
	},
	{
		title: "a whole update over AVMS with all three agreements and a wake-up by the server",
		model: "HL7800",
		prepare: (bench) => bench.server.notify(),
		steps: [
			[SECOND, "1"],
			["AT+WDSR=1", "OK"],
			[20 * SECOND, "4 6 23,1 2 8"],
			["AT+WDSR=3", "OK"],
			[60 * SECOND, "9,500000 18,0 18,100 10 12 4 6 23,1 3 8"],
			["AT+WDSR=4", "OK"],
			[4 * MINUTE, "14 +KSUP: 0 0 16 4 6 23,1 8"],
		],
		state: "SUCCESS",
	},
	{
		title: "a whole update of an HL7692: the download in a session, event 0 before +KSUP",
		model: "HL7692",
		prepare: (bench) => bench.server.notify(),
		steps: [
			[SECOND, "1"],
			["AT+WDSR=1", "OK"],
			[20 * SECOND, "4 6 2 8"],
			["AT+WDSR=3", "OK"],
			[60 * SECOND, '4 6 9,500000 18 18,"100%" 10 12 3 8'],
			["AT+WDSR=4", "OK"],
			[4 * MINUTE, "14 +CGREG: 2 0 +CGREG: 3 +CGREG: 5 +PBREADY +SIM: 1 +KSUP: 0 16 4 6 8"],
			["AT+CGMR", `${HL7692_NEXT} OK`],
		],
		state: "SUCCESS",
	},
	{
		title: "first contact meets the bootstrap server",
		model: "HL7800",
		job: "none",
		prepare: (bench) => {
			bench.flash.provisioned = false;
		},
		steps: [
			["AT+WDSG", "+WDSG: 0,2 +WDSG: 1,0 OK"],
			["AT+WDSS=1,1", "OK"],
			[30 * SECOND, "4 6 23,0 4 6 23,1 8"],
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,0 OK"],
		],
	},
	{
		title: "P1: without agreements it downloads and installs by itself",
		model: "HL7800",
		agreements: "none",
		prepare: (bench) => bench.server.notify(),
		steps: [[5 * MINUTE, "4 6 23,1 9,500000 18,0 18,100 10 12 14 8 +KSUP: 0 0 16 4 6 23,1 8"]],
		state: "SUCCESS",
	},
	{
		title: "a download that is put off is asked for again, without a new session",
		model: "HL7800",
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 23,1 2 8"],
			["AT+WDSR=2,2", "OK"],
			[119 * SECOND, ""],
			[2 * SECOND, "2"],
		],
		state: "IN_PROGRESS",
	},
	{
		title: "a declined download ends the job (OMA-DM)",
		model: "HL7692",
		steps: [
			["AT+WDSS=1,1", "OK"],
			[6 * SECOND, "4 6 2"],
			["AT+WDSR=2,0", "OK"],
			[20 * SECOND, "8"],
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,0 OK"],
		],
		state: "FAILURE",
	},
	{
		title: "a download cannot be declined by the HL7800",
		model: "HL7800",
		steps: [
			["AT+WDSS=1,1", "OK"],
			[6 * SECOND, "4 6 23,1 2"],
			["AT+WDSR=2,0", "+CME ERROR: 3"],
		],
		state: "IN_PROGRESS",
	},
	{
		title: "a package that cannot be stored is told by 11 after 9",
		model: "HL7800",
		job: { fault: "corrupt" },
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 23,1 2 8"],
			["AT+WDSR=3", "OK"],
			[60 * SECOND, "9,500000 18,0 11,2 4 6 23,1 8"],
		],
		state: "FAILURE",
	},
	{
		title: "a package too large is told by 11 without a 9",
		model: "HL7800",
		job: { fault: "no-space" },
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 23,1 2 8"],
			["AT+WDSR=3", "OK"],
			[60 * SECOND, "11,0 4 6 23,1 8"],
		],
		state: "FAILURE",
	},
	{
		title: "a bad signature gives 13 and no 3",
		model: "HL7692",
		job: { fault: "bad-signature" },
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 2 8"],
			["AT+WDSR=3", "OK"],
			[60 * SECOND, '4 6 9,500000 18 18,"100%" 10 13 8'],
		],
		state: "FAILURE",
	},
	{
		title: "an install that is put off is asked for again, and again after a power cycle",
		model: "HL7800",
		prepare: (bench) => {
			bench.modem.powerOff();
			bench.flash.stored = bench.server.offer() ?? null;
			bench.modem.findRunning();
		},
		steps: [
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,3 OK"],
			["AT+WDSR=5,10", "OK"],
			[9 * MINUTE, ""],
			[2 * MINUTE, "3"],
			["AT+WDSR=5,1440", "OK"],
			[10 * MINUTE, ""],
			["AT+CFUN=1,1", "OK"],
			[MINUTE, "+KSUP: 0 0 3"],
		],
	},
	{
		title: "authentication that fails",
		model: "HL7692",
		prepare: (bench) => {
			bench.server.authentication = "failed";
		},
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 5"],
		],
	},
	{
		title: "a session that the server refuses",
		model: "HL7800",
		prepare: (bench) => {
			bench.server.authentication = "refused";
		},
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 7"],
		],
	},
	{
		title: "a session that finds no network",
		model: "HL7692",
		prepare: (bench) => {
			bench.server.reachable = false;
		},
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 7"],
		],
	},
	{
		title: "a session without work, and one that is stopped",
		model: "HL7800",
		job: "none",
		steps: [
			["AT+WDSS=1,1", "OK"],
			["AT+WDSS=1,1", "OK"],
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,1 OK"],
			[20 * SECOND, "4 6 23,1 8"],
			["AT+WDSE", "+WDSE: 200 OK"],
			["AT+WDSS=1,0", "OK"],
			[20 * SECOND, ""],
			["AT+WDSS=1,1", "OK"],
			[5 * SECOND, "4 6 23,1"],
			["AT+WDSS=1,0", "OK"],
			[10 * SECOND, "8"],
		],
	},
	{
		title: "an install that fails",
		model: "HL7800",
		job: { result: "fail" },
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 23,1 2 8"],
			["AT+WDSR=3", "OK"],
			[60 * SECOND, "9,500000 18,0 18,100 10 12 4 6 23,1 3 8"],
			["AT+WDSR=4", "OK"],
			[4 * MINUTE, "14 +KSUP: 0 0 15 4 6 23,1 8"],
			["AT+CGMR", "HL7800.4.4.14.0 OK"],
		],
		state: "FAILURE",
	},
	{
		title: "a restart that the server asks for",
		model: "HL7800",
		job: "none",
		prepare: (bench) => bench.server.orderReboot(),
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 23,1 24 8"],
			["AT+WDSR=7,1440", "OK"],
			["AT+WDSR=6,5", "+CME ERROR: 3"],
			["AT+WDSR=6", "OK"],
			[20 * SECOND, "+KSUP: 0 0"],
		],
	},
	{
		title: "an uninstall that the server asks for",
		model: "HL7800",
		job: "none",
		prepare: (bench) => bench.server.orderUninstall(),
		steps: [
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 23,1 25 8"],
			["AT+WDSR=9,1440", "OK"],
			[1439 * MINUTE, ""],
			[2 * MINUTE, "25"],
		],
	},
	{
		title: "P6: a job that was cancelled takes its package away at the next session",
		model: "HL7800",
		prepare: (bench) => {
			bench.modem.powerOff();
			bench.flash.stored = bench.server.offer() ?? null;
			bench.server.cancelJobs();
			bench.modem.findRunning();
		},
		steps: [
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,3 OK"],
			["AT+WDSS=1,1", "OK"],
			[20 * SECOND, "4 6 23,1 8"],
			["AT+WDSG", "+WDSG: 0,3 +WDSG: 1,0 OK"],
		],
		state: "CANCELLED",
	},
];

for (const { title, model, behaviour, agreements = "all", job, steps, state, prepare } of SEQUENCES)
	test(`${model}: ${title}`, (t) => {
		const bench = new Bench({ model, behaviour, off: true });
		if (agreements !== "all") bench.flash.agreements.connect = false;
		if (agreements === "none")
			bench.flash.agreements = { ...bench.flash.agreements, download: false, install: false };
		const version = model === "HL7800" ? HL7800_NEXT : HL7692_NEXT;
		if (job !== "none") bench.server.addJob({ version, sizeBytes: 500_000, ...job });
		bench.modem.findRunning();
		prepare?.(bench);
		for (const [does, comes] of steps) {
			const came = typeof does === "string" ? bench.send(does) : bench.wait(does);
			t.is(short(came), comes, `after ${does}`);
		}
		if (state) t.is(bench.server.jobs[0]?.state, state as "SUCCESS");
	});
