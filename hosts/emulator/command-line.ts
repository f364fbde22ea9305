import { type Answer, type Command, type CommandTarget, UNSUPPORTED, valuesOf } from "./at-answer.js";
import { DEVICE_SERVICES_COMMANDS } from "./at-device-services.js";
import { GENERAL_COMMANDS } from "./at-general.js";

/** Made anew each time: in the simulator's flash a regular expression would leak at every match. */
const forms = (): readonly [form: keyof Command, pattern: RegExp][] => [
	["test", /^(\+\w+)=\?$/],
	["read", /^(\+\w+)\?$/],
	["write", /^(\+\w+)=(.+)$/],
	["execute", /^(.*)$/],
];

/** Handles what follows `AT`; undefined where the line is no command at all. */
export function handleCommandLine(target: CommandTarget, text: string): Answer | undefined {
	// Whatever noise the line holds, a modem looks for the attention characters.
	const attention = /(?:^|[^a-z])at(.*)$/i.exec(text);
	if (!attention) return undefined;
	const body = (attention[1] as string).trim();
	for (const [form, pattern] of forms()) {
		const match = pattern.exec(body);
		if (!match) continue;
		const name = (match[1] as string).toUpperCase();
		const handler = commandNamed(name)?.[form];
		return handler ? handler(target, valuesOf(match[2] ?? "")) : UNSUPPORTED;
	}
	return UNSUPPORTED;
}

function commandNamed(name: string): Command | undefined {
	for (const table of [DEVICE_SERVICES_COMMANDS, GENERAL_COMMANDS])
		if (Object.hasOwn(table, name)) return table[name];
	return undefined;
}
