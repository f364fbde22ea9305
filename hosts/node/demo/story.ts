import { DEFAULT_POLICY } from "../../../modules/window/policy.js";
import { emulatedDelta } from "../../emulator/emulated-delta.js";
import type { Model } from "../../emulator/families.js";
import { shownDuration } from "../shown-duration.js";
import { type OtherFirmware, RELEASES } from "./company.js";
import { BROKEN, FIRST, MENDED, OTHER_NAMES, othersTo, SECOND } from "./other-elements.js";
import type { Stage } from "./stage.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const BRIEF_MS = 2 * SECOND_MS;
/** From our own MCU's restart into the middle of what the processors need to swap their slots. */
const SWAPPING_MS = 10 * SECOND_MS;
/** Longer than it takes the modem to start and to ask again what it asked before. */
const SETTLE_MS = MINUTE_MS;
const { windowMs: WINDOW_MS, reportWithinMs: REPORT_MS, endWithinMs: END_MS } = DEFAULT_POLICY;
const CLOSED_WITHIN_MS = WINDOW_MS + REPORT_MS + END_MS;

/** The user's own story, in chapters. It checks itself: throws StoryError where it does not go as it is told. */
export async function tellStory(stage: Stage, model: Model): Promise<void> {
	const opensFromMs = await firstBoot(stage, model);
	await untestedJob(stage, model);
	await briefCut(stage);
	await wrongPackage(stage, model, opensFromMs);
	await cutInTrial(stage, model, opensFromMs);
	await update(stage, model, opensFromMs);
	await brokenImage(stage, model, opensFromMs);
	await localFile(stage, model, opensFromMs);
	await afterwards(stage, model);
	await summary(stage, model);
}

async function firstBoot(stage: Stage, model: Model): Promise<number> {
	const { old, pinned } = RELEASES[model];
	await stage.plain(
		`A product that watches a patient has four elements with firmware: an ${model} cellular modem, a processor for the sensor, one for the display, and its own MCU, which runs update-window. Firmware has to be updated over the air, but only when the product is switched on, only after it was off for ten minutes, only to the versions that the company has tested, and all four together or none. Product, modem, processors and server are emulated; time runs faster.`,
	);
	await stage.heading("1. A product in use");
	await stage.tell(
		"company",
		`Signs an order: the modem may go from ${old} to exactly ${pinned.version}, a package of ${bytes(pinned.sizeBytes)}; sensor, display and self go from ${FIRST} to exactly ${SECOND}.`,
	);
	const others = othersTo(FIRST, SECOND);
	deliver(stage, others);
	await stage.tell("user", "Switches the product on for the first time.");
	const order = stage.company.order({ model, from: old, to: pinned, others });
	const { window, opensFrom } = await stage.switchOn(order);
	stage.expect("the window", window, "closed");
	stage.seen("released");
	await stage.tell("P2", "The window opens only if the off-time is proven. Unknown means closed.");
	await stage.tell(
		"P3",
		"A closed boot waits for nothing: the patient is watched before the modem has even started.",
	);
	await stage.until("armed", SETTLE_MS);
	await stage.pass(10 * MINUTE_MS);
	return Math.ceil(opensFrom / SECOND_MS) * SECOND_MS;
}

async function untestedJob(stage: Stage, model: Model): Promise<void> {
	const { untested } = RELEASES[model];
	await stage.heading("2. A job for a version that the company did not allow");
	await stage.tell(
		"operator",
		`Puts a job for ${untested.version} (${bytes(untested.sizeBytes)}) on the server by mistake, and wakes the modem.`,
	);
	stage.product.server.addJob(untested);
	stage.product.server.notify();
	await stage.until("refused", SETTLE_MS);
	await stage.tell(
		"P1",
		"While the window is closed the answer is always: later. It is the longest delay that the modem takes.",
	);
}

async function briefCut(stage: Stage): Promise<void> {
	await stage.heading("3. A brief power cut");
	await stage.pass(5 * MINUTE_MS);
	await briefCutStaysClosed(stage, "off-too-short");
	await stage.tell("P3", "Monitoring went on at once, though a job is waiting.");
	await stage.until("refused", SETTLE_MS);
	await stage.tell("P1", "After its start the modem asked again, and was put off again.");
}

async function wrongPackage(stage: Stage, model: Model, opensFromMs: number): Promise<void> {
	await stage.heading("4. Off for ten minutes, while the wrong job waits");
	await stage.pass(10 * MINUTE_MS);
	await openWindow(stage, opensFromMs);
	const openedMs = stage.nowMs;
	const { outcome, reason } = await stage.until("closed", CLOSED_WITHIN_MS);
	stage.expect("the outcome", `${outcome} ${reason}`, "failed wrong-size");
	expectVersions(stage, RELEASES[model].old, FIRST);
	await stage.tell(
		"P5",
		`The modem never tells the version of a package, only its size, and only once the download has begun: ${bytes(RELEASES[model].untested.sizeBytes)} are not the ${bytes(RELEASES[model].pinned.sizeBytes)} of the order. The download ended there and then; monitoring waited ${heldSince(stage, openedMs)}.`,
	);
	await stage.tell(
		"P7",
		"Nothing runs on trial before every new image is there, whole: so nothing has to go back.",
	);
}

async function cutInTrial(stage: Stage, model: Model, opensFromMs: number): Promise<void> {
	const { old, pinned } = RELEASES[model];
	await stage.heading("5. The job for the pinned version, and a power cut in the middle of the update");
	await stage.pass(5 * MINUTE_MS);
	await stage.tell(
		"operator",
		`Cancels the wrong job, puts one for ${pinned.version} (${bytes(pinned.sizeBytes)}) on the server, and wakes the modem.`,
	);
	stage.product.server.cancelJobs();
	stage.product.server.addJob(pinned);
	stage.product.server.notify();
	await stage.until("refused", SETTLE_MS);
	await stage.tell("P1", "The right job is put off just the same: the product is in use.");
	await stage.pass(10 * MINUTE_MS);
	await openWindow(stage, opensFromMs);
	await stage.until("restart", WINDOW_MS);
	await stage.pass(SWAPPING_MS);
	stage.expect("our own MCU", stage.versions.self, `${SECOND} on trial`);
	await stage.tell("user", "The power fails for two seconds, while the processors swap their images.");
	await stage.off("power cut", BRIEF_MS);
	const { window } = await stage.switchOn();
	stage.expect("the window", window, "recover");
	const { set } = await stage.until("recovered", DEFAULT_POLICY.recoverWithinMs);
	stage.expect("the set", set, "old");
	expectVersions(stage, old, FIRST);
	await stage.tell(
		"P7",
		"An image on trial goes back at any reset, and the journal says that nothing was to be kept: all old.",
	);
}

async function update(stage: Stage, model: Model, opensFromMs: number): Promise<void> {
	const { pinned } = RELEASES[model];
	await stage.heading("6. Off for ten minutes, on again: the update");
	await stage.pass(10 * MINUTE_MS);
	await openWindow(stage, opensFromMs);
	const openedMs = stage.nowMs;
	const { outcome } = await stage.until("closed", CLOSED_WITHIN_MS);
	stage.expect("the outcome", outcome, "updated");
	stage.seen("released");
	expectVersions(stage, pinned.version, SECOND);
	await stage.tell(
		"P7",
		"The modem came last, for its install cannot be undone: until it was sent, the other three could still go back.",
	);
	await stage.tell("P5", "An install counts only when the element itself names exactly the ordered version.");
	await stage.tell(
		"P4",
		`Monitoring waited ${heldSince(stage, openedMs)}. Whatever goes wrong, a window ends after ${shownDuration(WINDOW_MS)}, and ${shownDuration(REPORT_MS)} more for the report to the server.`,
	);
	const [, job] = stage.product.server.jobs;
	stage.expect("the job on the server", job?.state, "SUCCESS");
}

async function brokenImage(stage: Stage, model: Model, opensFromMs: number): Promise<void> {
	const { pinned, untested } = RELEASES[model];
	await stage.heading("7. The next order, with an image that does not run");
	await stage.tell(
		"company",
		`Has tested ${untested.version} by now, and delivers it as a file. It signs order 2: the modem to ${untested.version}, the others to ${BROKEN}.`,
	);
	await nextOrder(stage, model, 2, BROKEN, opensFromMs);
	const openedMs = stage.nowMs;
	const { outcome, reason } = await stage.until("closed", CLOSED_WITHIN_MS);
	stage.expect("the outcome", `${outcome} ${reason}`, "failed trial-failed");
	expectVersions(stage, pinned.version, SECOND);
	await stage.tell(
		"P7",
		`The display's ${BROKEN} crashed on its trial, and its bootloader took ${SECOND} again: then so did the others. Monitoring waited ${heldSince(stage, openedMs)}.`,
	);
}

async function localFile(stage: Stage, model: Model, opensFromMs: number): Promise<void> {
	const { untested } = RELEASES[model];
	await stage.heading("8. The order after that: all four, the modem by a file of the company's own");
	await stage.tell("company", `Mends the display's firmware and signs order 3: the others to ${MENDED}.`);
	await nextOrder(stage, model, 3, MENDED, opensFromMs);
	const openedMs = stage.nowMs;
	const { outcome } = await stage.until("closed", CLOSED_WITHIN_MS);
	stage.expect("the outcome", outcome, "updated");
	expectVersions(stage, untested.version, MENDED);
	await stage.tell(
		"P5",
		`Here the order pins the very bytes, by their SHA-256, and no server had to have the package. Monitoring waited ${heldSince(stage, openedMs)}.`,
	);
}

/** It comes with a boot that stays closed; the next one, after ten minutes off, opens the window for it. */
async function nextOrder(
	stage: Stage,
	model: Model,
	sequence: number,
	version: string,
	opensFromMs: number,
): Promise<void> {
	const { pinned, untested } = RELEASES[model];
	const others = othersTo(SECOND, version);
	const file = `${untested.version}.bin`;
	const delta = emulatedDelta({
		from: pinned.version,
		to: untested.version,
		sizeBytes: untested.sizeBytes,
	});
	deliver(stage, others);
	stage.product.putImage(file, delta);
	const order = stage.company.order({
		model,
		from: pinned.version,
		to: untested,
		local: { file, bytes: delta },
		others,
		sequence,
	});
	await stage.pass(10 * MINUTE_MS);
	await briefCutStaysClosed(stage, "off-too-short", order);
	await stage.until("armed", SETTLE_MS);
	await stage.pass(10 * MINUTE_MS);
	await openWindow(stage, opensFromMs);
}

async function afterwards(stage: Stage, model: Model): Promise<void> {
	const { pinned } = RELEASES[model];
	await stage.heading("9. The next brief power cut, and the next job");
	await stage.pass(10 * MINUTE_MS);
	await briefCutStaysClosed(stage, "nothing-to-do");
	await stage.until("armed", SETTLE_MS);
	await stage.tell("operator", `Puts a job for ${pinned.version} on the server, and wakes the modem.`);
	stage.product.server.addJob(pinned);
	stage.product.server.notify();
	await stage.until("refused", SETTLE_MS);
	await stage.tell(
		"P1",
		"Until the company signs a new order no window opens, however long the product is off.",
	);
}

async function summary(stage: Stage, model: Model): Promise<void> {
	const { accepted, product } = stage;
	stage.expect("what was accepted while the window was closed", accepted.whileClosed, 0);
	stage.expect("whether something was accepted while it was open", accepted.inOpen > 0, true);
	await stage.heading("What happened");
	const jobs = product.server.jobs.map(
		({ package: { version }, state }) => `${version} ${state.toLowerCase()}`,
	);
	for (const [name, version] of Object.entries(stage.versions)) {
		const before = name === "modem" ? RELEASES[model].old : FIRST;
		await stage.plain(`${name.padEnd(7)} ${before} -> ${version}, as ordered`);
	}
	await stage.plain(`server  ${jobs.join("; ")}`);
	await stage.plain(
		`sent    while the window was open: ${accepted.inOpen} commands that begin or accept something; while it was closed: none`,
	);
}

function deliver(stage: Stage, others: readonly OtherFirmware[]): void {
	for (const { file, image } of others) stage.product.putImage(file, new Uint8Array(image));
}

function expectVersions(stage: Stage, modem: string, others: string): void {
	const expected: Record<string, string> = { modem };
	for (const name of OTHER_NAMES) expected[name] = others;
	stage.expect("what runs", JSON.stringify(stage.versions), JSON.stringify(expected));
}

function heldSince(stage: Stage, openedMs: number): string {
	return shownDuration(Math.round((stage.nowMs - openedMs) / SECOND_MS) * SECOND_MS);
}

async function briefCutStaysClosed(stage: Stage, reason: string, order?: Uint8Array): Promise<void> {
	await stage.tell("user", "The power fails for two seconds.");
	await stage.off("power cut", BRIEF_MS);
	const onMs = stage.nowMs;
	const decided = await stage.switchOn(order);
	stage.expect("the window", `${decided.window} ${decided.reason}`, `closed ${reason}`);
	stage.seen("released");
	stage.expect("the time from power-on to monitoring", stage.nowMs - onMs, 0);
}

async function openWindow(stage: Stage, opensFromMs: number): Promise<void> {
	await stage.tell(
		"user",
		`Switches off, waits the ${shownDuration(opensFromMs)} that the instructions ask for, and switches on again.`,
	);
	await stage.off("switched off", opensFromMs);
	const { window, reason } = await stage.switchOn();
	stage.expect("the window", `${window} ${reason}`, "open off-long-enough");
	await stage.tell("P2", "The product's clock and the marks that it wrote while it ran prove the off-time.");
}

function bytes(count: number): string {
	return `${count.toLocaleString("en-US")} bytes`;
}
