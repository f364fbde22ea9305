import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { DeviceServices } from "../../modules/modem/device-services.js";
import { ScriptedPort } from "../at/scripted-port.js";
import { EXCHANGES, type Exchange, onTheLine } from "./corpus.js";

/** From one piece of an answer to the next. */
const PIECE_MS = 1;
const LATENCY_MS = 5;
const RUN_MS = 90_000;

type Log = (what: unknown) => void;

/** What our side calls, by the command that it sends. */
const CALLS: Readonly<Record<string, (services: DeviceServices, log: Log) => void>> = {
	"AT+CGMM": (services, log) => services.model(log),
	"AT+CGMR": (services, log) => services.version(log),
	ATI3: (services, log) => services.version(log),
	"AT+CGSN": (services, log) => services.imei(log),
	"AT+KGSN=3": (services, log) => services.factorySerial(log),
	"AT+WDSG": (services, log) => services.status(log),
	"AT+WDSC?": (services, log) => services.readAgreements((map) => log(map && [...map])),
	"AT+WDSE": (services, log) => services.lastHttpStatus(log),
	"AT+WDSS=1,1": (services, log) => services.openSession((ok) => log(ok)),
	"AT+WDSS=1,0": (services, log) => services.closeSession((ok) => log(ok)),
	"AT+WDSR=3": (services, log) => services.accept("download", (ok) => log(ok)),
	"AT+WDSR=4": (services, log) => services.accept("install", (ok) => log(ok)),
	"AT+WDSR=5,1440": (services, log) => services.delay("install", 1440, (ok) => log(ok)),
	"AT+WDSC=2,1": (services, log) => services.setAgreement(2, true, (ok) => log(ok)),
};

/** The exchanges that have a call. */
export const CALLED: readonly Exchange[] = EXCHANGES.filter(({ command }) => command in CALLS);

const IDENTITY: Readonly<Record<string, string>> = {
	AT: "\r\nOK\r\n",
	"AT+CGMM": "\r\nHL7800\r\n\r\nOK\r\n",
	"AT+CGMR": "\r\nERROR\r\n",
	"AT+CGSN": "\r\n350000000000006\r\n\r\nOK\r\n",
};

/** What came of a call: its results, one expected; what the modem said by itself; and troubles. */
export interface Heard {
	results: string[];
	indications: string[];
	/** The port was used after it was closed, or something else that may never be. */
	faults: string[];
}

export function textOf(exchange: Exchange, echo: boolean): string {
	return onTheLine(exchange, echo);
}

/** Makes the call that belongs to the exchange, of a modem whose answer arrives in these pieces, one after the other. */
export function hear({ command }: Exchange, pieces: readonly string[]): Heard {
	const clock = new VirtualClock();
	const port = new ScriptedPort();
	const heard: Heard = { results: [], indications: [], faults: [] };
	let called = false;
	let answered = false;
	port.onCommand = (sent) => {
		if (called && sent === command && !answered) {
			answered = true;
			pieces.forEach((piece, i) => {
				clock.setTimeout(() => port.inject(piece), LATENCY_MS + i * PIECE_MS);
			});
		} else clock.setTimeout(() => port.inject(IDENTITY[sent] ?? "\r\nERROR\r\n"), LATENCY_MS);
	};
	const services = new DeviceServices({
		serial: port.serial,
		clock,
		family: "auto",
		permit: () => true,
		onIndication: (indication) => heard.indications.push(JSON.stringify(indication)),
		onRestart: (sign) => heard.indications.push(sign),
		onGone: (reason) => heard.faults.push(`gone: ${reason}`),
	});
	// The channel knows its place before, so that nothing of the exchange is taken for that.
	services.connect(() => {
		called = true;
		CALLS[command]?.(services, (what) => heard.results.push(JSON.stringify(what) ?? "undefined"));
	});
	clock.advance(RUN_MS);
	services.close();
	clock.advance(RUN_MS);
	if (heard.results.length !== 1)
		heard.faults.push(`P8: ${command} was told ${heard.results.length} results, not one`);
	if (port.callsAfterClose > 0) heard.faults.push(`P8: the port was used after its close`);
	return heard;
}
