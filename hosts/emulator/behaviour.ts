import type { Model } from "./families.js";

/**
 * How an accepted install ends.
 * - `ok`: 14, restart, the new version, 16, a session that reports it.
 * - `fail`: 14, restart, the old version, 15, a session that reports it.
 * - `silent`: restart and the new version, reported to the server, but no 14 and no 16 on the UART.
 * - `unchanged`: 14, restart, the old version, and no word of it to anybody (forum thread 23892).
 * - `wrong`: as `ok`, but the version is one that nobody named.
 * - `hang`: 14, and then nothing until the power is cycled; the package is gone then, the version the old one.
 * - `cut`: the modem's own supply fails halfway and comes back; then as `cutInstall` says. The second try is `ok`.
 */
export type InstallOutcome = (typeof INSTALL_OUTCOMES)[number];
export const INSTALL_OUTCOMES = ["ok", "fail", "silent", "unchanged", "wrong", "hang", "cut"] as const;

/**
 * What goes wrong while a local file (`AT+WDSD`) arrives, at the block `fileFaultBlock`, counted from 1.
 * - `error`: ERROR instead of an acknowledgement, and the file is dropped.
 * - `error-1k`: as `error`, with `+CME ERROR: 3`, where the block has 1024 bytes (EURY-4127).
 * - `cancel`: CAN CAN, then ERROR.
 * - `nak-last`: the last block is rejected once; `nak-end`: the end is.
 * - `lost-ack`: the block is acknowledged, and the acknowledgement gets lost; `doubled-ack`: it comes twice.
 * - `mute`: from that block on nothing comes any more, until the power is cycled.
 */
export type FileFault = (typeof FILE_FAULTS)[number];
export const FILE_FAULTS = [
	"none",
	"error",
	"error-1k",
	"cancel",
	"nak-last",
	"nak-end",
	"lost-ack",
	"doubled-ack",
	"mute",
] as const;

/** What becomes of a download that was interrupted, at the next session. */
export type InterruptedDownload = "resumes" | "restarts" | "asks";

/**
 * All that can be changed about an emulated modem. Durations are in the modem's own time, which `minuteMs` can speed
 * up; only `answerDelayMs` is in the clock's. What the reference calls unconfirmed is told in `unconfirmed.ts`.
 */
export interface Behaviour {
	/** How long one minute of the modem takes on the clock. */
	minuteMs: number;
	/** From the end of a command line to its answer. */
	answerDelayMs: number;
	/** From power-on until the UART answers. */
	bootMs: number;
	/** From event 0 until what was pending before the start is raised again. */
	startRequestDelayMs: number;
	sessionStartMs: number;
	authenticationMs: number;
	/** Between two things that happen in one session, a download or an install. */
	stepMs: number;
	/** A session in which nothing more happens ends after this. */
	sessionIdleMs: number;
	/** From `AT+WDSS=1,0` to event 8. */
	sessionStopMs: number;
	downloadBytesPerSecond: number;
	progressStepPercent: number;
	/** From event 14 to the restart. */
	installStartMs: number;
	/** The silence of an install, boot not counted. */
	installMs: number;
	/** How long the supply stays away when `install` is `cut`. */
	cutOffMs: number;
	/** From the end of the boot to 15 or 16, and from there to the session that reports it. */
	resultDelayMs: number;
	reportDelayMs: number;
	/** A request without a reply is raised again after this. */
	askAgainMinutes: number;

	install: InstallOutcome;
	fileFault: FileFault;
	/** The block, from 1, at which `fileFault` happens. */
	fileFaultBlock: number;
	/** Debug text, NUL bytes and `+NVBU_IND` on the UART during an install (reference, section 6, transcript 11). */
	installNoise: boolean;
	/** Bytes that come before the UART is ready are lost, or kept and handled then. */
	inputWhileBooting: "lost" | "buffered";
	/** So many commands after each boot are echoed and get no answer (HL7692 2.23, forum thread 19598). */
	firstCommandsLost: number;

	factoryResetRestoresAgreements: boolean;
	factoryResetRestoresIndications: boolean;
	updateKeepsSettings: boolean;
	installAskedAtStart: boolean;
	readyStatusOverPowerCycle: boolean;
	readyStatusAfterSession: boolean;
	acceptDuringDelay: boolean;
	downloadRefusable: boolean;
	downloadAfterPowerLoss: InterruptedDownload;
	downloadAfterStop: InterruptedDownload;
	resumeTellsSize: boolean;
	interruptedDownloadAtStart: "asks" | "waits";
	cutInstall: "session" | "start" | "bootloader" | "lost";
	failurePlace: "after-ksup" | "before-ksup";
	progressForm: "number" | "quoted" | "bare";
	replyWithoutRequest: "error" | "ok";
	acceptAnswer: "before-event" | "after-event";
	installAskedAfterDownload: boolean;
	downloadOpensSession: boolean;
	signatureCheckedAt: "download" | "install";
	sessionAsksAgain: boolean;
	pollAsksToConnect: boolean;
	reportAsksToConnect: boolean;
	downloadAgreementOffConnects: boolean;
	cancelledJobDropsPackage: boolean;
	servicesNeedApn: boolean;
	sessionContextMode: boolean;
	longIdentification: boolean;
	errorNumber: 3 | 916;
	fileRequest: "nak" | "crc";
	mismatchedDelta: "unchanged" | "failed" | "rejected";
}

const HL7692_BEHAVIOUR: Readonly<Behaviour> = {
	minuteMs: 60_000,
	answerDelayMs: 1,
	bootMs: 6_000,
	startRequestDelayMs: 10_000,
	sessionStartMs: 1_000,
	authenticationMs: 2_000,
	stepMs: 1_000,
	sessionIdleMs: 5_000,
	sessionStopMs: 1_000,
	downloadBytesPerSecond: 20_000,
	progressStepPercent: 5,
	installStartMs: 2_000,
	installMs: 150_000,
	cutOffMs: 10_000,
	resultDelayMs: 2_000,
	reportDelayMs: 5_000,
	askAgainMinutes: 30,
	install: "ok",
	fileFault: "none",
	fileFaultBlock: 3,
	installNoise: false,
	inputWhileBooting: "lost",
	firstCommandsLost: 0,
	factoryResetRestoresAgreements: false,
	factoryResetRestoresIndications: true,
	updateKeepsSettings: true,
	installAskedAtStart: true,
	readyStatusOverPowerCycle: true,
	readyStatusAfterSession: true,
	acceptDuringDelay: true,
	downloadRefusable: true,
	downloadAfterPowerLoss: "resumes",
	downloadAfterStop: "resumes",
	resumeTellsSize: true,
	interruptedDownloadAtStart: "asks",
	cutInstall: "session",
	failurePlace: "after-ksup",
	progressForm: "quoted",
	replyWithoutRequest: "error",
	acceptAnswer: "before-event",
	installAskedAfterDownload: true,
	downloadOpensSession: true,
	signatureCheckedAt: "download",
	sessionAsksAgain: true,
	pollAsksToConnect: false,
	reportAsksToConnect: false,
	downloadAgreementOffConnects: false,
	cancelledJobDropsPackage: true,
	servicesNeedApn: false,
	sessionContextMode: false,
	longIdentification: true,
	errorNumber: 3,
	fileRequest: "nak",
	mismatchedDelta: "unchanged",
};

/** Every default, by model. */
export const DEFAULT_BEHAVIOUR: Readonly<Record<Model, Readonly<Behaviour>>> = {
	HL7692: HL7692_BEHAVIOUR,
	HL7800: {
		...HL7692_BEHAVIOUR,
		bootMs: 12_000,
		downloadRefusable: false,
		progressForm: "number",
		downloadOpensSession: false,
		sessionContextMode: true,
		longIdentification: false,
	},
};
