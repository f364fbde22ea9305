import { VERSIONS } from "../support/orders.js";
import { forgetSettings, type World } from "./world.js";

const MODELS = ["HL7692", "HL7800"] as const;
const MODES = ["window", "prefetch"] as const;
const SOURCES = ["avms", "local"] as const;
const CUT_INSTALLS = ["start", "bootloader", "lost"] as const;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Both families, both policies, AVMS and a local file, each with two elements beside the modem. */
export const SETS: readonly World[] = MODELS.flatMap((model) =>
	MODES.flatMap((mode) =>
		SOURCES.map(
			(source): World => ({
				name: `${model}-${mode}-${source}`,
				model,
				mode,
				source,
				others: ["sensor", "self"],
			}),
		),
	),
);

const ALONE = { mode: "window", source: "avms", others: [] } as const;
const WITH_SENSOR = { mode: "window", source: "avms", others: ["sensor"] } as const;

/** A window that ends soon, for those who sit it out. */
const SHORT_WINDOW = Object.freeze({
	windowMs: 6 * MINUTE_MS,
	installMs: 60 * SECOND_MS,
	launchWithinMs: 20 * SECOND_MS,
});

/** What goes wrong beside the power, each in a world of its own. */
export const TROUBLES: readonly World[] = MODELS.flatMap((model): World[] => [
	{ name: `${model}-alone`, model, ...ALONE },
	{ name: `${model}-wrong-size`, model, ...WITH_SENSOR, job: { sizeBytes: 400_001 }, comesHome: false },
	{
		name: `${model}-prefetch-wrong-size`,
		model,
		...ALONE,
		mode: "prefetch",
		job: { sizeBytes: 399_999 },
		comesHome: false,
	},
	...(["wrong", "unchanged", "silent", "fail", "hang"] as const).map(
		(install): World => ({
			name: `${model}-install-${install}`,
			model,
			...WITH_SENSOR,
			policy: SHORT_WINDOW,
			behaviour: { install },
			...(install === "silent" ? {} : { comesHome: false }),
		}),
	),
	...CUT_INSTALLS.map(
		(cutInstall): World => ({
			name: `${model}-cut-install-${cutInstall}`,
			model,
			...WITH_SENSOR,
			behaviour: { cutInstall },
		}),
	),
	{
		name: `${model}-leftover-package`,
		model,
		...ALONE,
		comesHome: false,
		// Its size is the order's, and another order brought it.
		leftover: (flash, { sizeBytes }) => {
			flash.stored = { jobId: 0, version: VERSIONS[model][2], sizeBytes, install: null, fault: "none" };
		},
	},
	{
		name: `${model}-leftover-download`,
		model,
		...ALONE,
		comesHome: false,
		leftover: (flash, { sizeBytes }) => {
			// A package of the very same size could not be told from the order's: only its version, read back, tells.
			const half = {
				jobId: 0,
				version: VERSIONS[model][2],
				sizeBytes: sizeBytes + 1,
				install: null,
				fault: "none",
			} as const;
			flash.download = { package: half, receivedBytes: 200_000, pausedBy: "power" };
		},
	},
	// As above, and its size is not told again: what flows is not known to anybody.
	{
		name: `${model}-leftover-download-untold`,
		model,
		...ALONE,
		comesHome: false,
		behaviour: { resumeTellsSize: false },
		leftover: (flash) => {
			const other = {
				jobId: 0,
				version: VERSIONS[model][2],
				sizeBytes: 500_000,
				install: null,
				fault: "none",
			} as const;
			flash.download = { package: other, receivedBytes: 200_000, pausedBy: "power" };
		},
	},
	{
		name: `${model}-asking-at-once`,
		model,
		...ALONE,
		leftover: forgetSettings,
		asksAtMs: [500, 2_000],
	},
	{
		name: `${model}-leftover-package-unasked`,
		model,
		...ALONE,
		comesHome: false,
		behaviour: { installAskedAtStart: false },
		leftover: (flash, { sizeBytes }) => {
			flash.stored = { jobId: 0, version: VERSIONS[model][2], sizeBytes, install: null, fault: "none" };
		},
	},
	{
		name: `${model}-decayed-journal`,
		model,
		...WITH_SENSOR,
		decays: true,
		comesHome: false,
		leftover: (flash, { to, sizeBytes }) => {
			flash.stored = { jobId: 1, version: to, sizeBytes, install: null, fault: "none" };
		},
	},
	{ name: `${model}-asking-server`, model, ...ALONE, asksAtMs: [2_500, 4_500, 10_000, 60_000] },
	...([false, true] as const).map(
		(restarts): World => ({
			name: `${model}-upset${restarts ? "-restart" : ""}`,
			model,
			...ALONE,
			// Whoever hears of a restart needs no reading back.
			policy: restarts ? {} : { guardEveryMs: 4 * SECOND_MS },
			upset: { atMs: 6 * SECOND_MS, restarts },
		}),
	),
	...(["AT+WDSC=2,1", "AT+WDSR=4", "AT+WDSR=5,1440"] as const).map(
		(refuses): World => ({
			name: `${model}-refuses-${refuses.slice(5).replace(/\W/g, "-")}`,
			model,
			...WITH_SENSOR,
			refuses,
			comesHome: false,
			leftover: forgetSettings,
		}),
	),
	// Nobody has told the modem to ask, and it installs what it holds before anybody can.
	{
		name: `${model}-uninvited`,
		model,
		...ALONE,
		comesHome: false,
		behaviour: { startRequestDelayMs: 0 },
		leftover: (flash, { sizeBytes }) => {
			for (const kind of Object.keys(flash.agreements) as (keyof typeof flash.agreements)[])
				flash.agreements[kind] = false;
			flash.stored = { jobId: 0, version: VERSIONS[model][2], sizeBytes, install: null, fault: "none" };
		},
	},
	{
		name: `${model}-slow-download`,
		model,
		...WITH_SENSOR,
		policy: SHORT_WINDOW,
		behaviour: {
			downloadBytesPerSecond: 500,
			progressStepPercent: 10,
			downloadAfterPowerLoss: "restarts",
			downloadAfterStop: "restarts",
		},
		comesHome: false,
	},
	{
		name: `${model}-no-network`,
		model,
		...ALONE,
		policy: SHORT_WINDOW,
		server: { reachable: false },
		comesHome: false,
	},
	{ name: `${model}-no-job`, model, ...ALONE, job: "none", comesHome: false },
	{ name: `${model}-refused`, model, ...ALONE, server: { authentication: "refused" }, comesHome: false },
	// Longer than any command waits: the answer comes when another question is out.
	{
		name: `${model}-late-answers`,
		model,
		...ALONE,
		stalls: { everyCommands: 7, durationMs: 7_000 },
		comesHome: false,
	},
	{
		name: `${model}-later-answers`,
		model,
		...ALONE,
		stalls: { everyCommands: 11, durationMs: 16_000 },
		comesHome: false,
	},
	{
		name: `${model}-slow-answers`,
		model,
		...ALONE,
		policy: SHORT_WINDOW,
		behaviour: { answerDelayMs: 3_000 },
		comesHome: false,
		// Somebody has put everything back: what is said to be set has to be set.
		leftover: (flash) => {
			for (const kind of Object.keys(flash.agreements) as (keyof typeof flash.agreements)[])
				flash.agreements[kind] = false;
		},
	},
	{ name: `${model}-lost-settings`, model, ...ALONE, behaviour: { updateKeepsSettings: false } },
	{
		name: `${model}-dead-sensor`,
		model,
		...WITH_SENSOR,
		sensor: { images: { "1.1.0": "silent" } },
		comesHome: false,
	},
	{
		name: `${model}-crashing-sensor`,
		model,
		...WITH_SENSOR,
		sensor: { images: { "1.1.0": "crashes" } },
		comesHome: false,
	},
	{
		name: `${model}-slow-sensor`,
		model,
		mode: "window",
		source: "avms",
		others: ["sensor", "self"],
		sensor: { swapMs: 70_000 },
	},
	{
		name: `${model}-two-processors`,
		model,
		mode: "window",
		source: "none",
		others: ["sensor", "pump", "self"],
		pump: { swapMs: 6_000 },
	},
	{
		name: `${model}-crashing-pump`,
		model,
		mode: "window",
		source: "avms",
		others: ["sensor", "pump"],
		pump: { images: { "1.1.0": "crashes" } },
		comesHome: false,
	},
	// Its bootloader keeps no old image: nothing may be tried.
	{ name: `${model}-overwriting-sensor`, model, ...WITH_SENSOR, sensor: { bootloader: "overwrite" } },
	{
		name: `${model}-proud-sensor`,
		model,
		...WITH_SENSOR,
		sensor: { images: { "1.1.0": "keeps-itself" } },
		comesHome: false,
	},
	// What is to be installed comes at the last moment, and a little after it.
	...([1_845, 1_650] as const).map(
		(downloadBytesPerSecond): World => ({
			name: `${model}-late-download-${downloadBytesPerSecond}`,
			model,
			mode: "window",
			source: "avms",
			others: ["sensor", "self"],
			policy: SHORT_WINDOW,
			behaviour: {
				downloadBytesPerSecond,
				downloadAfterPowerLoss: "restarts",
				downloadAfterStop: "restarts",
			},
			comesHome: false,
		}),
	),
	{
		name: `${model}-refused-file`,
		model,
		mode: "window",
		source: "local",
		others: [],
		behaviour: { fileFault: "error", fileFaultBlock: 1 },
		comesHome: false,
	},
	{
		name: `${model}-other-version`,
		model,
		...ALONE,
		comesHome: false,
		leftover: (flash) => {
			flash.version = VERSIONS[model][2];
		},
	},
	{ name: `${model}-replay`, model, ...ALONE, offers: "replay" },
	{ name: `${model}-same-sequence`, model, ...ALONE, offers: "same-sequence" },
	{ name: `${model}-prefetch-alone`, model, ...ALONE, mode: "prefetch" },
	{ name: `${model}-forged`, model, ...ALONE, offers: "forged" },
	{ name: `${model}-cut-off`, model, ...ALONE, offers: "cut-off" },
	{ name: `${model}-others-only`, model, mode: "window", source: "none", others: ["sensor", "self"] },
]);

export const WORLDS: readonly World[] = [...SETS, ...TROUBLES];
