import { UsageError } from "../usage-error.js";

const PORT_MAX = 65_535;

/** A port of TCP; 0: any that is free. Throws UsageError. */
export function portOf(text: string): number {
	const port = Number(text);
	if (!/^\d{1,5}$/.test(text) || port > PORT_MAX)
		throw new UsageError(`Expected \`--tcp\` to be a port from 0 to ${PORT_MAX}, got ${text}`);
	return port;
}
