import config from "mc/config";
import { MODEM_SOURCES, type ModemSource } from "update-window/order/order-elements";
import { publicKeyFromSpki } from "update-window/order/spki";
import { decodeBase64 } from "update-window/storage/base64";
import { DEFAULT_POLICY, type Policy } from "update-window/window/policy";

/** A value of the manifest's `config`, or of `name=value` on mcconfig's command line, is not what it has to be. */
export class SettingError extends Error {
	override name = "SettingError";
}

/** What is built in. */
export interface Settings {
	family: "auto" | "HL7692" | "HL7800";
	/** 32 bytes; undefined where none is built in, and then no order is taken. */
	publicKey: Uint8Array | undefined;
	apn: string | undefined;
	/** Narrows where the modem's package may come from; undefined: as the order says. */
	modemSource?: ModemSource | undefined;
	policy: Policy;
}

const FAMILIES: readonly string[] = Object.freeze(["auto", "HL7692", "HL7800"]);
const AS_ORDERED = "ordered";
const SOURCES: readonly string[] = Object.freeze([AS_ORDERED, ...MODEM_SOURCES]);
const MODES: readonly string[] = Object.freeze(["window", "prefetch"]);
const APN_CHARACTERS_MAX = 100;

/**
 * Reads `modem`, `key` (the base64 of the company's public key, SPKI, as the lines of a PEM file have it), `apn`,
 * `modemSource` and `policy`. Throws SettingError, and OrderRefusedError `bad-key`.
 */
export function settings(): Settings {
	const key = text("key");
	const apn = text("apn");
	if (apn !== undefined && (!/^[A-Za-z0-9.-]+$/.test(apn) || apn.length > APN_CHARACTERS_MAX))
		throw new SettingError(
			`Expected config.apn of letters, digits, "." and "-", at most ${APN_CHARACTERS_MAX}, got ${apn}`,
		);
	const source = oneOf("modemSource", SOURCES, AS_ORDERED);
	return {
		family: oneOf("modem", FAMILIES, "auto") as Settings["family"],
		publicKey: key === undefined ? undefined : publicKeyFromSpki(decodeBase64(key)),
		apn,
		modemSource: source === AS_ORDERED ? undefined : (source as ModemSource),
		policy: {
			...DEFAULT_POLICY,
			mode: oneOf("policy", MODES, DEFAULT_POLICY.mode) as Policy["mode"],
		},
	};
}

function text(name: string): string | undefined {
	const value: unknown = config[name];
	if (value === undefined || typeof value === "string") return value;
	throw new SettingError(`Expected config.${name} to be a string, got ${typeof value}`);
}

function oneOf(name: string, allowed: readonly string[], otherwise: string): string {
	const value = text(name) ?? otherwise;
	if (allowed.includes(value)) return value;
	throw new SettingError(`Expected config.${name} to be one of ${allowed.join(", ")}, got ${value}`);
}
