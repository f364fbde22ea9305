import { type Command, Option } from "commander";
import { MODEM_SOURCES } from "../../../modules/order/order-elements.js";
import { DEFAULT_POLICY } from "../../../modules/window/policy.js";
import { parseDuration } from "../duration.js";
import { checkDirectory } from "../run/check-directory.js";
import { withElement } from "../run/element-option.js";
import type { RunOptions } from "../run/run-options.js";
import { webAddress, webFolder } from "../run/web-address.js";
import { shownDuration } from "../shown-duration.js";
import { UsageError } from "../usage-error.js";

export function registerRun(program: Command): void {
	program
		.command("run")
		.description("one product boot on a real serial device: decide, update if the window opens, guard")
		.requiredOption(
			"--port <device>",
			"serial device of the modem, 115200 8N1",
			path("--port", "a serial device"),
		)
		.addOption(
			new Option("--modem <family>", "family of the modem; auto asks it")
				.choices(["auto", "HL7692", "HL7800"])
				.makeOptionMandatory(),
		)
		.option("--order <file>", "signed update order (DSSE envelope); needed unless --order-url is given")
		.requiredOption("--key <file>", "public key that orders are signed for (PEM)")
		.requiredOption(
			"--state <dir>",
			"directory that plays the RTC's memory and the flash; made if missing",
			path("--state", "a directory"),
		)
		.option(
			"--element <name=kind:where>",
			"another element: NAME=smp:DEVICE, a processor with SMP, or NAME=self:DIR, our own MCU (repeatable)",
			withElement,
			[],
		)
		.option("--images <dir>", "directory with the files that the order names", directory("--images"))
		.addOption(
			new Option(
				"--modem-source <source>",
				"narrows where the order lets the modem's package come from",
			).choices(MODEM_SOURCES),
		)
		.option("--apn <name>", "APN for device management", apn)
		.option(
			"--off <duration>",
			"for a trial: take this as the proven off-time instead of measuring it",
			parseDuration0,
		)
		.addOption(duration("--threshold", "off-time that opens a window", DEFAULT_POLICY.thresholdMs))
		.addOption(duration("--deadline", "end of the window, from the program's start", DEFAULT_POLICY.windowMs))
		.addOption(duration("--install-timeout", "longest install", DEFAULT_POLICY.installMs))
		.addOption(
			duration(
				"--recover-within",
				"longest recovery before monitoring starts",
				DEFAULT_POLICY.recoverWithinMs,
			),
		)
		.addOption(
			new Option("--policy <policy>", "prefetch downloads while monitoring")
				.choices(["window", "prefetch"])
				.default("window"),
		)
		.addOption(
			duration("--guard-for", "how long to guard the modem; forever is allowed", 0).argParser((text) =>
				parseDuration(text, { foreverAllowed: true }),
			),
		)
		.option(
			"--images-url <url>",
			"web folder with the files that the order names; fetched ahead with --policy prefetch",
			(text) => webFolder("--images-url", text),
		)
		.option("--order-url <url>", "asks here for the next order, while the product monitors", (text) =>
			webAddress("--order-url", text),
		)
		.option(
			"--order-console <device>",
			"takes the next order from this serial device, while the product monitors (order console)",
			path("--order-console", "a serial device"),
		)
		.option("--json", "one JSON object a line instead of sentences")
		.option("--rtscts", "hardware flow control")
		.option("--trace", "AT traffic on standard error")
		.addHelpText("after", `\n${EXIT_HELP}`)
		.action(async (options: RunOptions) => {
			if (options.order === undefined && options.orderUrl === undefined)
				throw new UsageError(
					"Expected `--order` with the signed update order, or `--order-url`, got neither",
				);
			const { runProduct } = await import("../run/run-product.js");
			runProduct(options);
		});
}

const EXIT_HELP = `Durations are written 500ms, 90s, 10m or 24h.
Exit status: 0 updated or current, 3 the window stayed closed, 4 not updated, 5 mixed, 64 wrong usage,
66 the order or the key was refused.`;

const parseDuration0 = (text: string): number => parseDuration(text);

function duration(flag: string, what: string, defaultMs: number): Option {
	return new Option(`${flag} <duration>`, what)
		.argParser(parseDuration0)
		.default(defaultMs, shownDuration(defaultMs));
}

/** An empty path would be the working directory, or none. */
function path(option: string, what: string): (text: string) => string {
	return (text) => {
		if (text !== "") return text;
		throw new UsageError(`Expected \`${option}\` to be the path of ${what}, got ""`);
	};
}

function apn(name: string): string {
	if (/^[A-Za-z0-9.-]{1,63}$/.test(name)) return name;
	throw new UsageError(
		`Expected an APN of 1 to 63 letters, digits, "." and "-", got ${JSON.stringify(name)}`,
	);
}

function directory(option: string): (text: string) => string {
	return (text) => {
		checkDirectory(option, path(option, "a directory")(text));
		return text;
	};
}
