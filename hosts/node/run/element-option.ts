import type { ElementPort } from "../../../modules/elements/element.js";
import { UsageError } from "../usage-error.js";

/** What `--element` says: `NAME=smp:DEVICE` or `NAME=self:DIR`. */
export interface ElementOption {
	name: string;
	kind: ElementPort["kind"];
	/** The serial device, or the directory with the boot slots. */
	path: string;
}

const KINDS = ["smp", "self"] as const;
const SELF_MAX = 1;
const FORM = "NAME=smp:DEVICE or NAME=self:DIR, such as sensor=smp:/dev/ttyUSB1";

/** One more `--element`. Throws UsageError. */
export function withElement(text: string, earlier: readonly ElementOption[] = []): ElementOption[] {
	const element = elementOf(text);
	if (earlier.some(({ name }) => name === element.name))
		throw new UsageError(`Expected each \`--element\` to have a name of its own, got ${element.name} twice`);
	const all = [...earlier, element];
	if (all.filter(({ kind }) => kind === "self").length > SELF_MAX)
		throw new UsageError(
			`Expected one \`--element\` of the kind self, our own MCU, got ${all
				.filter(({ kind }) => kind === "self")
				.map(({ name }) => name)
				.join(" and ")}`,
		);
	return all;
}

function elementOf(text: string): ElementOption {
	const match = /^([^=]*)=([^:]*):(.*)$/s.exec(text);
	if (!match) throw new UsageError(`Expected \`--element\` to be ${FORM}, got ${JSON.stringify(text)}`);
	const [, name = "", written = "", path = ""] = match;
	if (!/^[a-z0-9-]{1,32}$/.test(name))
		throw new UsageError(
			`Expected \`--element\` to begin with a name of 1 to 32 of a to z, 0 to 9 and "-", got ${JSON.stringify(name)}`,
		);
	const kind = KINDS.find((each) => each === written);
	if (!kind)
		throw new UsageError(
			`Expected \`--element\` ${name} to be of the kind ${KINDS.join(" or ")} (${FORM}), got ${JSON.stringify(written)}`,
		);
	if (path === "")
		throw new UsageError(
			`Expected \`--element\` ${name} to name ${kind === "smp" ? "a serial device" : "a directory"}, got ""`,
		);
	return { name, kind, path };
}
