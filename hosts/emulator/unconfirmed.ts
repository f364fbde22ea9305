import type { Behaviour } from "./behaviour.js";
import type { Model } from "./families.js";

/** One thing that the reference does not know for sure, and the switch that chooses how the emulator reads it. */
export interface Unconfirmed<K extends keyof Behaviour> {
	switch: K;
	/** What is not known. */
	question: string;
	/** Where in the reference (`at-and-avms.md`) the doubt stands. */
	source: string;
	/** All readings; which of them is the default tells `DEFAULT_BEHAVIOUR`. */
	readings: readonly Behaviour[K][];
	models: readonly Model[];
}

type AnyUnconfirmed = { [K in keyof Behaviour]: Unconfirmed<K> }[keyof Behaviour];

const BOTH: readonly Model[] = ["HL7692", "HL7800"];

export const UNCONFIRMED: readonly AnyUnconfirmed[] = [
	{
		switch: "factoryResetRestoresAgreements",
		question: "Does AT&F put WDSC back to its defaults, and drop a request that waits to be raised again?",
		source: "1.1 storage; 9 item 2",
		readings: [false, true],
		models: BOTH,
	},
	{
		switch: "factoryResetRestoresIndications",
		question: "Does AT&F put WDSI back to 0?",
		source: "1.6; 9 item 2",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "updateKeepsSettings",
		question: "Do WDSC, WDSI, KSREP and the saved profile survive a firmware update?",
		source: "4.1 after reboot; 9 item 2",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "installAskedAtStart",
		question: "Is +WDSI: 3 raised again at start while a package is stored?",
		source: "1.7 power-down; 9 item 3",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "readyStatusOverPowerCycle",
		question: "Does WDSG still say 1,3 after a power cycle, before the request is raised again?",
		source: "1.5; 9 item 4",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "readyStatusAfterSession",
		question: "Does WDSG still say 1,3 after the session has ended?",
		source: "1.5 caveat",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "acceptDuringDelay",
		question: "Is an accepting WDSR taken while a delay runs?",
		source: "1.7 last rule; 9 item 5",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "downloadRefusable",
		question: "Does WDSR=2,0 refuse the download (and fail the job), or is it an error?",
		source: "1.7 an install cannot be refused; 9 item 6",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "downloadAfterPowerLoss",
		question: "What becomes of a download that lost its power, at the next session?",
		source: "1.8; 9 item 7; 11",
		readings: ["resumes", "restarts", "asks"],
		models: BOTH,
	},
	{
		switch: "downloadAfterStop",
		question: "What becomes of a download that was stopped by WDSS=1,0, at the next session?",
		source: "1.8; 9 item 7; 11",
		readings: ["resumes", "restarts", "asks"],
		models: BOTH,
	},
	{
		switch: "resumeTellsSize",
		question: "Does a download that resumes tell its size (event 9) again?",
		source: "1.8; 9 item 7",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "interruptedDownloadAtStart",
		question:
			"Is the download agreement asked at start while a download is incomplete, or does it wait for a session?",
		source: "1.7 order of checks at start; 9 item 7",
		readings: ["asks", "waits"],
		models: BOTH,
	},
	{
		switch: "cutInstall",
		question:
			"An install that lost its power: goes on at the next session, by itself after start, in the bootloader, or is forgotten?",
		source: "3 point 6; 9 item 8; 11",
		readings: ["session", "start", "bootloader", "lost"],
		models: BOTH,
	},
	{
		switch: "failurePlace",
		question: "Does 15 come after or before +KSUP?",
		source: "2.1 install failed; 9 item 9",
		readings: ["after-ksup", "before-ksup"],
		models: BOTH,
	},
	{
		switch: "progressForm",
		question: "Which form has event 18?",
		source: "2 event 18; 9 item 11",
		readings: ["quoted", "number", "bare"],
		models: ["HL7692"],
	},
	{
		switch: "replyWithoutRequest",
		question: "Is WDSR without a pending request an error?",
		source: "1.7 last rule",
		readings: ["error", "ok"],
		models: BOTH,
	},
	{
		switch: "acceptAnswer",
		question: "Does OK come before or after the first event that an accepting WDSR causes?",
		source: "2.1 first order; 5.4 last lines",
		readings: ["before-event", "after-event"],
		models: BOTH,
	},
	{
		switch: "installAskedAfterDownload",
		question: "Does 3 come after a download at all, or does only WDSG tell?",
		source: "2.1 local FOTA, HL7688 report; 8 HL7688",
		readings: [true, false],
		models: ["HL7692"],
	},
	{
		switch: "downloadOpensSession",
		question:
			"Does accepting a download open a session first (4, 6), or download at once and report in a session later?",
		source: "1.8 accepting a download; 2.1 first order",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "signatureCheckedAt",
		question: "Does 12 follow the download or the accepted install?",
		source: "2.1 local FOTA",
		readings: ["download", "install"],
		models: BOTH,
	},
	{
		switch: "sessionAsksAgain",
		question: "Does a session raise a request again whose delay still runs?",
		source: "1.7 no reply; 2.1 put off a download",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "pollAsksToConnect",
		question: "Does polling (WDSC=3) ask for the connection agreement?",
		source: "1.1 mode 0",
		readings: [false, true],
		models: BOTH,
	},
	{
		switch: "reportAsksToConnect",
		question: "Does the session that reports an install ask for the connection agreement?",
		source: "1.7 order of checks at start; 2.1 all three agreements",
		readings: [false, true],
		models: BOTH,
	},
	{
		switch: "downloadAgreementOffConnects",
		question: "Does a notification connect unasked where the download agreement is off?",
		source: "1.1 WP note",
		readings: [false, true],
		models: BOTH,
	},
	{
		switch: "cancelledJobDropsPackage",
		question: "Does the modem forget, at the next session, a package whose job was cancelled?",
		source: "9 item 12",
		readings: [true, false],
		models: BOTH,
	},
	{
		switch: "servicesNeedApn",
		question: "Does event 0 wait for WDSS=0,apn, or is there an APN to fall back to?",
		source: "1.8 last rule; 11",
		readings: [false, true],
		models: ["HL7692"],
	},
	{
		switch: "sessionContextMode",
		question: "Is WDSS mode 2 known?",
		source: "0 WDSS; 9 item 1",
		readings: [false, true],
		models: ["HL7692"],
	},
	{
		switch: "longIdentification",
		question: "Does ATI9 answer?",
		source: "5.1",
		readings: [false, true],
		models: ["HL7800"],
	},
	{
		switch: "fileRequest",
		question: "Does a local file begin with NAK (checksums), or with C (CRC-16)?",
		source: "4.1 start: NAK is known of HL78xx and HL85xx",
		readings: ["nak", "crc"],
		models: ["HL7692"],
	},
	{
		switch: "mismatchedDelta",
		question:
			"A delta for another version than the one that runs: installs as if nothing were, fails with 15, or is rejected with 13 when it is whole?",
		source: "2.1 install failed; 8 HL7800 downgrade",
		readings: ["unchanged", "failed", "rejected"],
		models: BOTH,
	},
	{
		switch: "errorNumber",
		question: "Which +CME ERROR number has a bad value?",
		source: "1 general",
		readings: [3, 916],
		models: BOTH,
	},
];
