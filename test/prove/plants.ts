/** One fault, put into one built file: each text is replaced at its only place. */
export interface Plant {
	name: string;
	/** Below dist/. */
	file: string;
	changes: readonly (readonly [find: string, replace: string])[];
	/** The promises that it breaks; which of them is seen first depends on the story. */
	promises: readonly string[];
	/** A world whose stories provoke it: what a short search looks at. */
	world: string;
}

/** The faults that the search has to find, each as the shortest change that makes it. */
export const PLANTS: readonly Plant[] = [
	{
		name: "accept-when-closed",
		file: "modules/modem/device-services.js",
		changes: [
			[
				"`AT+WDSR=$" + "{REQUESTS[request].delay},$" + "{minutes}`",
				"`AT+WDSR=$" + "{REQUESTS[request].accept}`",
			],
		],
		promises: ["P1"],
		world: "HL7800-alone",
	},
	{
		name: "mark-after-decision",
		file: "modules/off-time/off-time.js",
		changes: [
			[
				"const counted = this.#attempt(() => this.#bootRecord.write({ bootNumber: this.#bootNumber, epoch: this.#epoch }));",
				"const counted = true; this.#clock.setTimeout(() => this.#attempt(() => this.#bootRecord.write({ bootNumber: this.#bootNumber, epoch: this.#epoch })), 0);",
			],
			[
				'const marked = reading.status === "ok" && this.#write(reading, false);\n        if (marked) {',
				'const marked = reading.status === "ok"; this.#clock.setTimeout(() => this.#write(reading, false), 0);\n        if (marked) {',
			],
		],
		promises: ["P2"],
		world: "HL7800-alone",
	},
	{
		name: "no-size-check",
		file: "modules/window/machine.js",
		changes: [
			[
				'event.type === "package" && event.sizeBytes === context.sizeBytes',
				'event.type === "package" && context.sizeBytes > 0',
			],
		],
		promises: ["P5", "P6"],
		world: "HL7800-wrong-size",
	},
	{
		name: "no-read-back",
		file: "modules/window/window.js",
		changes: [
			[
				'const found = this.#find(inspection);\n            if (!found)\n                return this.#send({ type: "read"',
				'const found = "to";\n            if (!found)\n                return this.#send({ type: "read"',
			],
			[
				'this.#readVersion = inspection.version ?? "";\n            this.#weigh(inspection, (busy) => {',
				"this.#readVersion = this.#options.order.modem.to;\n            this.#weigh(inspection, (busy) => {",
			],
		],
		promises: ["P5", "P7"],
		world: "HL7800-install-unchanged",
	},
	{
		name: "deadline-ignored",
		file: "modules/window/machine.js",
		changes: [
			["untilEnd: ({ context }) => Math.max(0, context.untilEndMs)", "untilEnd: () => 1e12"],
			[
				"Math.max(0, context.untilSentMs > 0 ? context.untilSentMs : context.untilEndMs)",
				"(context.untilSentMs > 0 ? 1e12 : 1e12)",
			],
		],
		promises: ["P4"],
		world: "HL7800-slow-download",
	},
	{
		name: "late-answer-taken",
		file: "modules/at/channel.js",
		changes: [
			[
				'if (step.name === "idle")\n            return;\n        this.#synchronised = false;',
				'if (step.name === "idle")\n            return;',
			],
			['if (step.ownLine !== undefined && final.result === "ok") {', 'if (final.result === "ok") {'],
		],
		promises: ["P1", "P5", "P6", "P7"],
		world: "HL7800-slow-answers",
	},
	{
		name: "torn-slot-believed",
		file: "modules/storage/slots.js",
		changes: [["view.getUint32(8) === checksum(image)", "checksum(image) >= 0"]],
		promises: ["P2"],
		world: "HL7800-alone",
	},
	{
		name: "accept-before-journal",
		file: "modules/window/window.js",
		changes: [
			[
				"            this.#attempt({\n                ...known,",
				"            this.later = () => this.#attempt({\n                ...known,",
			],
			[
				"element.acceptInstall((isTaken) => {\n            if (!isTaken)",
				"element.acceptInstall((isTaken) => {\n            this.later();\n            if (!isTaken)",
			],
		],
		promises: ["P7"],
		world: "HL7800-alone",
	},
	{
		name: "session-left-open",
		file: "modules/window/window.js",
		changes: [
			[
				'services.closeSession((_, { result }) => {\n            this.#sessionEnded = result !== "timeout";\n            this.#send({ type: "ended" });\n        });',
				'this.#sessionEnded = true;\n        this.#send({ type: "ended" });',
			],
		],
		promises: ["P6"],
		world: "HL7800-slow-download",
	},
	{
		name: "replay-accepted",
		file: "modules/order/order-store.js",
		changes: [["order.sequence > newest.sequence", "order.sequence > 0"]],
		promises: ["P9"],
		world: "HL7800-replay",
	},
	{
		name: "put-off-for-a-minute",
		file: "modules/window/put-off.js",
		changes: [["ask(DELAY_MINUTES_MAX,", "ask(1,"]],
		promises: ["P6"],
		world: "HL7800-leftover-package",
	},
	{
		name: "wrong-size-goes-on",
		file: "modules/window/machine.js",
		changes: [
			[
				'target: "closing",\n                                actions: ["rememberForeign", "journalForeign", "concludeWrongSize"],',
				'actions: ["rememberForeign", "journalForeign"],',
			],
		],
		promises: ["P5", "P6"],
		world: "HL7800-wrong-size",
	},
	{
		name: "from-not-checked",
		file: "modules/window/window.js",
		changes: [['return modem.from.includes(version) ? "from" : "other";', 'return "from";']],
		promises: ["P5"],
		world: "HL7800-other-version",
	},
	{
		name: "commit-not-journaled",
		file: "modules/window/set-steps.js",
		changes: [['journal.write({ step: "commit" });', ""]],
		promises: ["P7"],
		world: "HL7800-others-only",
	},
	{
		name: "uninvited-not-told",
		file: "modules/window/guard.js",
		changes: [['emit({ event: "uninvited"', 'void ({ event: "uninvited"']],
		promises: ["P6"],
		world: "HL7692-uninvited",
	},
	{
		name: "not-armed-after-restart",
		file: "modules/window/guard.js",
		changes: [
			[
				"this.#forgetSession();\n        if (this.#running)\n            this.#arm();",
				"this.#forgetSession();",
			],
		],
		promises: ["P1"],
		world: "HL7800-upset-restart",
	},
];
