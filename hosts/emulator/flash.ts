import type { InstallOutcome } from "./behaviour.js";
import { FAMILIES, type Model } from "./families.js";
import type { RequestKind } from "./requests.js";

/** What is wrong with a package, told by the server that hands it out. */
export type PackageFault = "none" | "no-space" | "corrupt" | "bad-signature";

/** A firmware package. The modem shows nothing of it but its size. */
export interface FirmwarePackage {
	/** The server's job that it came with; 0 where no job is known. */
	jobId: number;
	version: string;
	/** The only version that it can be installed over; undefined: any. */
	from?: string;
	sizeBytes: number;
	/** How its install ends; null: as the modem's behaviour says. */
	install: InstallOutcome | null;
	fault: PackageFault;
}

/** What the modem still has to tell the server. */
export interface Report {
	jobId: number;
	succeeded: boolean;
	/** 15 or 16 was sent to the host, or will never be. */
	indicated: boolean;
}

/** The settings that AT&W saves. */
export interface Profile {
	echo: boolean;
	/** AT+CMEE */
	errors: number;
	/** AT&K: 0 none, 3 RTS/CTS. */
	flow: number;
}

export const FACTORY_PROFILE: Readonly<Profile> = Object.freeze({ echo: true, errors: 0, flow: 3 });

/**
 * All that a modem keeps without power: plain data, so that a test can copy it, compare it and start another modem
 * from it.
 */
export interface ModemFlash {
	model: Model;
	version: string;
	imei: string;
	serialNumber: string;
	/** AT+WDSC modes 0, 1, 2, 5, 6: true where the modem asks. */
	agreements: Record<RequestKind, boolean>;
	/** AT+WDSC mode 3; 0 is off. */
	pollMinutes: number;
	/** AT+WDSC mode 4; a first value of 0 is off. */
	retryMinutes: number[];
	/** How many retries have been scheduled since a session last succeeded. */
	retryStep: number;
	/** AT+WDSI; null where it was never set. */
	indications: number | null;
	/** AT+KSREP */
	startReport: boolean;
	/** What AT&W saved. */
	profile: Profile;
	baud: number;
	contexts: string[];
	/** AT+WDSS mode 0 */
	apn: string;
	/** AT+WDSS mode 2 */
	contextId: number;
	/** Device management credentials are there (LwM2M: the bootstrap has happened). */
	provisioned: boolean;
	/** Requests other than for a package that nobody has answered. */
	asked: RequestKind[];
	/** The server told of it; the download was not accepted. */
	offer: FirmwarePackage | null;
	/** Accepted and not complete. `pausedBy` is null until it has begun. */
	download: {
		package: FirmwarePackage;
		receivedBytes: number;
		pausedBy: "power" | "stop" | "link" | null;
	} | null;
	/** Downloaded, not installed. */
	stored: FirmwarePackage | null;
	/** The stored package's install was accepted and has not ended. */
	installing: boolean;
	/** How often the stored package's install has begun. */
	installAttempts: number;
	report: Report | null;
}

/** A unit as it leaves the factory: no agreement is asked, no event is shown. */
export function factoryFlash(model: Model, version: string = FAMILIES[model].version): ModemFlash {
	return {
		model,
		version,
		imei: "350000000000006",
		serialNumber: FAMILIES[model].serialNumber,
		provisioned: !FAMILIES[model].lwm2m,
		apn: "",
		contexts: [],
		contextId: 1,
		asked: [],
		offer: null,
		download: null,
		stored: null,
		installing: false,
		installAttempts: 0,
		report: null,
		...factorySettings(),
	};
}

/** The settings that a firmware update may put back. */
export function factorySettings(): Pick<
	ModemFlash,
	| "agreements"
	| "pollMinutes"
	| "retryMinutes"
	| "retryStep"
	| "indications"
	| "startReport"
	| "profile"
	| "baud"
> {
	return {
		...factoryConfiguration(),
		indications: null,
		startReport: false,
		profile: { ...FACTORY_PROFILE },
		baud: 115_200,
	};
}

/** The defaults of AT+WDSC; the retry list is that of the BX310x and of Sierra's Legato client. */
export function factoryConfiguration(): Pick<
	ModemFlash,
	"agreements" | "pollMinutes" | "retryMinutes" | "retryStep"
> {
	return {
		agreements: { connect: false, download: false, install: false, reboot: false, uninstall: false },
		pollMinutes: 0,
		retryMinutes: [15, 60, 240, 960, 2880, 10080, 10080],
		retryStep: 0,
	};
}
