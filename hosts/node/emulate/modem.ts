import type { Behaviour } from "../../emulator/behaviour.js";
import { FAMILIES, type Model } from "../../emulator/families.js";
import { type FirmwarePackage, factoryFlash, type ModemFlash } from "../../emulator/flash.js";
import { EmulatedModem } from "../../emulator/modem.js";
import { EmulatedServer } from "../../emulator/server.js";
import { SystemClock } from "../system-clock.js";
import { UsageError } from "../usage-error.js";
import { checkLink, type Link, openLink } from "./link.js";
import { untilSignal } from "./signals.js";
import { Trace } from "./trace.js";

const LEFTOVER_BYTES = 700_000;

/** What `emulate` was asked for. */
export interface ModemOptions {
	modem?: Model;
	version?: string;
	job?: { version: string; sizeBytes: number };
	leftover: "none" | "partial" | "downloaded";
	leftoverPackage?: { version: string; sizeBytes: number };
	install: Behaviour["install"];
	minute: number;
	behaviour: Partial<Behaviour>;
	link?: string;
	tcp?: number;
}

/** Until a signal ends it; one line on standard output when it is ready. Throws UsageError. */
export async function emulateModem({ modem: model, ...options }: ModemOptions): Promise<void> {
	if (model === undefined)
		throw new UsageError(`Expected \`--modem\` to be ${Object.keys(FAMILIES).join(" or ")}, got none`);
	checkLink(options);
	const clock = new SystemClock();
	const server = new EmulatedServer({ clock });
	if (options.job) server.addJob(options.job);
	const flash = flashOf(model, options, server);
	let link: Link | undefined;
	const toModem = new Trace(">");
	const toHost = new Trace("<");
	const modem = new EmulatedModem({
		model,
		clock,
		flash,
		server,
		behaviour: { minuteMs: options.minute, install: options.install, ...options.behaviour },
		onTransmit: (bytes) => {
			toHost.add(bytes);
			link?.write(bytes);
		},
		onLog: (text) => process.stderr.write(`# ${text}\n`),
	});
	const onBytes = (bytes: ArrayBuffer) => {
		toModem.add(bytes);
		modem.receive(bytes);
	};
	const ended = untilSignal();
	const cyclePower = () => {
		modem.powerOff();
		modem.powerOn();
	};
	const notify = () => server.notify();
	process.on("SIGUSR1", cyclePower).on("SIGUSR2", notify);
	try {
		link = await openLink(options, onBytes);
		modem.findRunning();
		process.stdout.write(`${model} ${flash.version} at ${link.name} (emulated)\n`);
		await ended;
	} finally {
		modem.powerOff();
		link?.close();
		process.off("SIGUSR1", cyclePower).off("SIGUSR2", notify);
	}
}

type FlashOptions = Omit<ModemOptions, "modem">;

/** The modem as it is found, with what an earlier window left in it. */
function flashOf(model: Model, options: FlashOptions, server: EmulatedServer): ModemFlash {
	const family = FAMILIES[model];
	const flash = factoryFlash(model, options.version ?? family.version);
	if (options.leftover === "none") return flash;
	for (const kind of family.requests) flash.agreements[kind] = true;
	flash.indications = family.indicationsMask;
	flash.startReport = true;
	flash.provisioned = true;
	const left = leftoverOf(model, options, server);
	if (options.leftover === "downloaded") flash.stored = left;
	else
		flash.download = {
			package: left,
			receivedBytes: Math.floor(left.sizeBytes / 2),
			pausedBy: "power",
		};
	return flash;
}

function leftoverOf(
	model: Model,
	{ leftoverPackage, job }: FlashOptions,
	server: EmulatedServer,
): FirmwarePackage {
	const isJobs =
		!leftoverPackage ||
		(leftoverPackage.version === job?.version && leftoverPackage.sizeBytes === job.sizeBytes);
	const offered = isJobs ? server.offer() : undefined;
	if (offered) return offered;
	const foreign = leftoverPackage ?? {
		version: model === "HL7800" ? "HL7800.4.7.1.0" : "RHL769x.2.27.183100.201809071813.x7120m_3",
		sizeBytes: LEFTOVER_BYTES,
	};
	return { jobId: 0, ...foreign, install: null, fault: "none" };
}
