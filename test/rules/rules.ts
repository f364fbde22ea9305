import { classesMisnamed, classMembersNotPrivate, errorsUnnamed } from "./classes.js";
import { foreignEnvironment } from "./environment.js";
import {
	foreignPackages,
	importsAgainstTheFlow,
	importsOutsideTheEmulator,
	importsOutsideTheSimulator,
	sdkImports,
} from "./imports.js";
import { asyncCode, erasedSyntax, forbiddenGlobals, literalContexts } from "./language.js";
import { codeMadeLater, tablesAsJson } from "./late.js";
import { moduleLevelState, regularExpressionsInFlash } from "./module-state.js";
import type { Node, SourceFile } from "./source-file.js";
import { unprefixedPromises } from "./titles.js";

export interface Finding {
	node: Node;
	/** What was found and what would be right. */
	message: string;
}

export interface Rule {
	what: string;
	why: string;
	applies: Place;
	find(file: SourceFile): Finding[];
	/** Snippets that it must catch, and some like them that it must not. The path says where they stand. */
	bad: readonly Snippet[];
	good: readonly Snippet[];
}

export type Snippet = readonly [path: string, source: string];

export interface Place {
	/** Which files, by repository path. */
	files: RegExp;
	/** The same for a reader. */
	words: string;
}

const ON_DEVICE: Place = {
	files: /^(modules|hosts\/(emulator|mcu|sim(?!\/(screen\/|main\.ts))))\/.*\.ts$/,
	words: "on the device",
};
const OFF_BOARD: Place = {
	files:
		/^(modules|hosts\/(emulator|mcu(?!\/(boards|microcontroller)\/)|sim(?!\/(screen\/|main\.ts))))\/.*\.ts$/,
	words: "on the device, but for the boards' own parts",
};
const MODULES: Place = { files: /^modules\/.*\.ts$/, words: "`modules`" };
const EMULATOR: Place = { files: /^hosts\/emulator\/.*\.ts$/, words: "`hosts/emulator`" };
const SIMULATOR: Place = {
	files: /^hosts\/sim\/(?!screen\/|main\.ts).*\.ts$/,
	words: "`hosts/sim`, but its screen",
};
const WITHOUT_SDK: Place = {
	files: /^hosts\/mcu\/((drivers|storage)\/.*|firmware|board)\.ts$/,
	words: "`hosts/mcu/drivers`, `storage`, `firmware.ts`, `board.ts`",
};
const TESTS: Place = { files: /^test\/.*\.test\.ts$/, words: "`test`" };

/**
 * What is not allowed and why: constrained TypeScript. `npm run picture` writes this list into modules/README.md. Every
 * rule brings what it must catch, and is tested with it: one that catches too little or too much fails by itself.
 */
export const RULES: readonly Rule[] = [
	{
		what: "data flows one way",
		why: "Serial -> at -> modem -> elements -> set -> window -> host: a part can be read, tested and replaced knowing only what is below it",
		applies: MODULES,
		find: importsAgainstTheFlow,
		bad: [
			["modules/at/channel.ts", `import { Modem } from "../modem/modem.js";`],
			["modules/order/order.ts", `import type { Policy } from "../window/policy.js";`],
			["modules/off-time/off-time.ts", `export { verify } from "../order/verify.js";`],
			["modules/window/window.ts", `import { Emulator } from "../../hosts/emulator/emulator.js";`],
			["modules/storage/slots.ts", `const later = import("../at/channel.js");`],
			["modules/unknown/thing.ts", `import { crc32 } from "../storage/crc32.js";`],
			["modules/at/channel.ts", `let x: import("../set/journal.js").Journal;`],
		],
		good: [
			["modules/modem/modem.ts", `import { Channel } from "../at/channel.js";`],
			["modules/window/window.ts", `import { Journal } from "../set/journal.js";`],
			["modules/at/channel.ts", `import { toLines } from "./lines.js";`],
		],
	},
	{
		what: "modules use three packages, each in one place",
		why: "whatever is imported lands in the flash of a medical product; xstate only works there between its two cures",
		applies: MODULES,
		find: foreignPackages,
		bad: [
			["modules/window/machine.ts", `import { setup } from "xstate";`],
			["modules/at/channel.ts", `import { hash } from "@stablelib/sha256";`],
			["modules/storage/slots.ts", `import { readFileSync } from "node:fs";`],
			["modules/storage/slots.ts", `import fs from "fs";`],
		],
		good: [
			["modules/window/preload/xstate.ts", `export * from "xstate";`],
			["modules/order/verify.ts", `import { verify } from "@noble/ed25519";`],
		],
	},
	{
		what: "the emulator stands alone",
		why: "it must be able to disagree with the driver, so it shares no code with it; and it runs in mcsim, so it has no Node",
		applies: EMULATOR,
		find: importsOutsideTheEmulator,
		bad: [
			["hosts/emulator/modem.ts", `import { crc32 } from "../../modules/storage/crc32.js";`],
			["hosts/emulator/modem.ts", `import type { Clock } from "../../modules/io/clock.js";`],
			["hosts/emulator/modem.ts", `import { EventEmitter } from "node:events";`],
			["hosts/emulator/modem.ts", `import { setup } from "xstate";`],
		],
		good: [["hosts/emulator/modem.ts", `import { VirtualClock } from "./virtual-clock.js";`]],
	},
	{
		what: "the simulator's model is made of modules and the emulator",
		why: "what mcsim shows is what the firmware does, and the model is tested in Node without a screen",
		applies: SIMULATOR,
		find: importsOutsideTheSimulator,
		bad: [
			["hosts/sim/sim-model.ts", `import { Command } from "../node/commands/run.js";`],
			["hosts/sim/sim-model.ts", `import { Skin } from "piu/MC";`],
			["hosts/sim/sim-model.ts", `import { screenOf } from "./screen/screen.js";`],
		],
		good: [
			["hosts/sim/sim-model.ts", `import { VirtualClock } from "../emulator/virtual-clock.js";`],
			["hosts/sim/sim-model.ts", `import { Product } from "../../modules/window/product.js";`],
			["hosts/sim/sim-model.ts", `import { MemoryStore } from "./memory-store.js";`],
		],
	},
	{
		what: "drivers and stores take the SDK's io through options",
		why: "a driver that imports its io has picked a board, and cannot be tested without the SDK; types may be imported",
		applies: WITHOUT_SDK,
		find: sdkImports,
		bad: [
			["hosts/mcu/drivers/mcp7940n.ts", `import SMBus from "embedded:io/smbus";`],
			["hosts/mcu/storage/file-key-value.ts", `import files from "embedded:storage/files";`],
			["hosts/mcu/firmware.ts", `import config from "mc/config";`],
			["hosts/mcu/drivers/mcp7940n.ts", `import Timer, { type Id } from "timer";`],
		],
		good: [
			["hosts/mcu/drivers/mcp7940n.ts", `import type SMBus from "embedded:io/smbus";`],
			["hosts/mcu/drivers/mcp7940n.ts", `import { fromBcd } from "./bcd.js";`],
			["hosts/mcu/firmware.ts", `import { Product } from "update-window/window/product";`],
			["hosts/mcu/settings.ts", `import config from "mc/config";`],
			["hosts/mcu/boards/lin/lin-serial.ts", `import Serial from "embedded:io/serial";`],
		],
	},
	{
		what: "no Node and no DOM",
		why: 'a device has neither: their types would let code compile that cannot run; the compiler is told the same (`types: []`, `lib: ["es2022"]`)',
		applies: ON_DEVICE,
		find: foreignEnvironment,
		bad: [
			["modules/at/channel.ts", `import { EventEmitter } from "node:events";`],
			["hosts/mcu/firmware.ts", `import fs from "fs";`],
			["hosts/sim/sim-model.ts", `import type { Server } from "net";`],
			["modules/at/channel.ts", `let x: import("node:net").Server;`],
			["modules/at/channel.ts", `/// <reference types="node" />\nlet x: NodeJS.Timeout;`],
			["modules/at/channel.ts", `/// <reference lib="dom" />`],
			["modules/at/channel.ts", "declare const window: { alert(text: string): void };"],
			["modules/at/channel.ts", "declare function alert(text: string): void;"],
		],
		good: [
			["hosts/mcu/parts/ticks-clock.ts", `import Timer from "timer";`],
			["hosts/mcu/boards/lin/lin-serial.ts", `import Serial from "embedded:io/serial";`],
			["modules/at/channel.ts", "/** See the reference of types. */ class Channel { declare size: number; }"],
		],
	},
	{
		what: "no promises, no async",
		why: "callbacks run in one order in virtual time; a promise runs when the engine likes, keeps its errors, and `fromPromise` needs AbortController, which XS lacks",
		applies: ON_DEVICE,
		find: asyncCode,
		bad: [
			["modules/at/channel.ts", "async function send() {}"],
			["modules/at/channel.ts", "const send = async () => {};"],
			["modules/at/channel.ts", "class A { async send() {} }"],
			["modules/at/channel.ts", "for await (const x of y) {}"],
			["modules/at/channel.ts", "new Promise(() => {});"],
			["modules/at/channel.ts", "function send(): Promise<void> {}"],
			["modules/at/channel.ts", "Promise.resolve();"],
			["modules/at/channel.ts", "queueMicrotask(f);"],
			["modules/window/machine.ts", `import { fromPromise } from "./preload/xstate.js";`],
		],
		good: [["modules/at/channel.ts", "/** Keeps its promise. */ function send(onDone: () => void) {}"]],
	},
	{
		what: "no module-level state",
		why: "modules are preloaded into flash: a collection, a buffer and a lastIndex there are read-only, any other unfrozen object costs RAM for ever, and what is shared between two instances is shared between two tests",
		applies: ON_DEVICE,
		find: moduleLevelState,
		bad: [
			["modules/at/channel.ts", "let count = 0;"],
			["modules/at/channel.ts", "export var count = 0;"],
			["modules/at/channel.ts", "const names = [];"],
			["modules/at/channel.ts", `const names: string[] = ["a"];`],
			["modules/at/channel.ts", "export const table = { a: 1 };"],
			["modules/at/channel.ts", "const table: Record<string, number> = { a: 1 };"],
			["modules/at/channel.ts", "const seen = new Map();"],
			["modules/at/channel.ts", "const seen = new Set<string>();"],
			["modules/at/channel.ts", "const cache = new WeakMap();"],
			["modules/at/channel.ts", "const scratch = new Uint8Array(64);"],
			["modules/at/channel.ts", "const one = new Channel({});"],
			["modules/at/channel.ts", "const names = Array.from(x);"],
			["modules/at/channel.ts", "class Channel { static #open = 0; }"],
			["modules/at/channel.ts", "export class Channel { static open = 0; }"],
			["modules/at/channel.ts", "const LINE = /a/g;"],
		],
		good: [
			["modules/at/channel.ts", "const LIMIT_BYTES = 64;"],
			["modules/at/channel.ts", `const NAMES = ["a", "b"] as const;`],
			["modules/at/channel.ts", "const TABLE = { a: 1 } as const satisfies Record<string, number>;"],
			["modules/at/channel.ts", "const TABLE: Readonly<Record<string, number>> = { a: 1 };"],
			["modules/at/channel.ts", `const NAMES: readonly string[] = ["a"];`],
			["modules/at/channel.ts", "const TABLE = Object.freeze({ a: 1 });"],
			["modules/at/channel.ts", "const CODES: ReadonlyMap<string, number> = new Map([]);"],
			["modules/at/channel.ts", "const PREFIX = new Uint8Array([1, 2]);"],
			["modules/at/channel.ts", "const LINE = /a/;"],
			["modules/at/channel.ts", "class Channel { static readonly limit = 1; #lines = []; }"],
			["modules/at/channel.ts", "function f() { let count = 0; const seen = new Map(); }"],
			["modules/window/machine.ts", "export const machine = setup({}).createMachine({});"],
		],
	},
	{
		what: "no regular expression lies in flash",
		why: "XS 17.9 allocates the work space of a preloaded RegExp at every match, by malloc, never frees it, and crashes where it collects garbage meanwhile (fxAllocateRegExpData in xsre.c)",
		applies: ON_DEVICE,
		find: regularExpressionsInFlash,
		bad: [
			["hosts/mcu/storage/file-key-value-domain.ts", "const KEY = /a/;"],
			["modules/at/channel.ts", "const LINE = /a/;"],
			["modules/at/channel.ts", `const LINE = new RegExp("a");`],
			["modules/at/channel.ts", "const LINES: readonly RegExp[] = [/a/];"],
			["modules/at/channel.ts", "class Channel { static readonly line = /a/; }"],
		],
		good: [
			["modules/at/channel.ts", "function f(line: string) { return /a/.test(line); }"],
			["modules/at/channel.ts", "const f = (line: string) => /a/.test(line);"],
			["modules/at/channel.ts", "class Channel { readonly #line = /a/; }"],
		],
	},
	{
		what: "context is a function",
		why: "a literal context lies in flash with the machine, where JSON.stringify throws on it and every actor shares it",
		applies: ON_DEVICE,
		find: literalContexts,
		bad: [
			["modules/window/machine.ts", "createMachine({ context: { n: 0 } });"],
			["modules/window/machine.ts", "setup({ types: {} }).createMachine({ context: { n: 0 }, states: {} });"],
			["modules/window/machine.ts", "const CONTEXT = 1; createMachine({ context: CONTEXT });"],
			["modules/window/machine.ts", "const MACHINE = { context: {} } as const; createMachine(MACHINE);"],
		],
		good: [
			["modules/window/machine.ts", "createMachine({ context: () => ({ n: 0 }) });"],
			["modules/window/machine.ts", "createMachine({ context: ({ input }) => ({ n: input }) });"],
			["modules/window/machine.ts", "createMachine({ context(x) { return x; } });"],
			["modules/window/machine.ts", "setup({ types: { context: {} as C } }).createMachine({});"],
		],
	},
	{
		what: "no JSON.stringify of a table",
		why: "it throws on any object that lies in flash; this finds what a module names itself or imports, not what comes by a parameter, so a function takes the fields that it writes",
		applies: ON_DEVICE,
		find: tablesAsJson,
		bad: [
			[
				"modules/at/channel.ts",
				"const TABLE = Object.freeze({ a: 1 }); function f() { return JSON.stringify(TABLE); }",
			],
			["modules/at/channel.ts", "const T = { a: { b: 1 } } as const; const f = () => JSON.stringify(T.a);"],
			[
				"modules/at/channel.ts",
				`import { DEFAULT_POLICY } from "./policy.js"; const f = () => JSON.stringify(DEFAULT_POLICY);`,
			],
			["modules/at/channel.ts", "const T = { a: 1 } as const; const f = () => JSON.stringify({ table: T });"],
		],
		good: [
			["modules/at/channel.ts", "const T = { a: 1 } as const; const f = () => JSON.stringify({ ...T });"],
			["modules/at/channel.ts", "function f(record: object) { return JSON.stringify(record); }"],
			[
				"modules/at/channel.ts",
				`const LIMIT = 1; const NAME = "a"; const f = () => JSON.stringify({ LIMIT, n: NAME });`,
			],
			[
				"modules/at/channel.ts",
				"const T = { a: 1 } as const; const f = (T: object) => T; const g = () => JSON.stringify(T.a + 1);",
			],
		],
	},
	{
		what: "no code that is made or loaded later",
		why: "the ROM image holds all that will ever run and is checked whole; eval and import() need a compiler, a promise and RAM",
		applies: ON_DEVICE,
		find: codeMadeLater,
		bad: [
			["modules/at/channel.ts", `const later = import("../io/serial.js");`],
			["modules/at/channel.ts", "function f(code: string) { return eval(code); }"],
			["modules/at/channel.ts", `const f = new Function("return 1");`],
			["modules/at/channel.ts", `const f = Function("return 1");`],
			["modules/at/channel.ts", `function f() { return require("x"); }`],
			["modules/at/channel.ts", "const f = () => new Compartment({});"],
		],
		good: [
			["modules/at/channel.ts", `let x: import("../io/serial.js").Serial;`],
			["modules/at/channel.ts", "class C { eval(line: string) { return line; } }"],
			["modules/at/channel.ts", "const f = (g: unknown) => g instanceof Function;"],
		],
	},
	{
		what: "time, chance and everything else come in through options",
		why: "a run must be the same in virtual time, in Node and on a device; a device has no globals but those of the language",
		applies: OFF_BOARD,
		find: forbiddenGlobals,
		bad: [
			["modules/at/channel.ts", "const t = Date.now();"],
			["modules/at/channel.ts", "const t = new Date();"],
			["modules/at/channel.ts", "const t = Date();"],
			["modules/at/channel.ts", "const r = Math.random();"],
			["modules/at/channel.ts", "setTimeout(f, 1);"],
			["modules/at/channel.ts", "globalThis.setTimeout(f, 1);"],
			["modules/at/channel.ts", "const b = Buffer.from(x);"],
			["modules/at/channel.ts", "new TextEncoder();"],
			["hosts/mcu/firmware.ts", "const t = Date.now();"],
			["modules/at/channel.ts", "performance.now();"],
			["modules/at/channel.ts", "process.exit();"],
			["modules/at/channel.ts", "console.log(1);"],
			["modules/at/channel.ts", "trace(1);"],
		],
		good: [
			["modules/at/channel.ts", "clock.setTimeout(f, 1);"],
			["hosts/mcu/boards/lin/system-rtc.ts", "const t = Date.now();"],
			["modules/at/channel.ts", "class C { setTimeout(f, ms) {} }"],
			["modules/at/channel.ts", "interface C { setTimeout(): void; process: string }"],
			["modules/at/channel.ts", "new Date(0); Date.UTC(2000, 1);"],
			["modules/at/channel.ts", "function f(process: number) { return process; }"],
			["modules/at/channel.ts", "const x = { console: 1 };"],
			["modules/at/channel.ts", "class C { #print() {} f() { this.#print(); } }"],
		],
	},
	{
		what: "types are erased and nothing else",
		why: "what runs is what is written: enums and namespaces make code, and TypeScript's `private` is private to no one at run time",
		applies: ON_DEVICE,
		find: erasedSyntax,
		bad: [
			["modules/at/channel.ts", "enum A { B }"],
			["modules/at/channel.ts", "const enum A { B }"],
			["modules/at/channel.ts", "namespace A { export const b = 1; }"],
			["modules/at/channel.ts", "declare global { var x: number; }"],
			["modules/at/channel.ts", "class A { constructor(readonly b: number) {} }"],
			["modules/at/channel.ts", "export = 1;"],
		],
		good: [["modules/at/channel.ts", "type A = 1; interface B { c: A }"]],
	},
	{
		what: "state is #private",
		why: "`private` is gone at run time, and a device's debugger and a test could both reach in",
		applies: ON_DEVICE,
		find: classMembersNotPrivate,
		bad: [
			["modules/at/channel.ts", "class A { private b = 1; }"],
			["modules/at/channel.ts", "class A { protected c() {} }"],
		],
		good: [["modules/at/channel.ts", "class A { #b = 1; private constructor() {} c() {} }"]],
	},
	{
		what: "one class a file, the file named after it",
		why: "a reader finds a class by its name",
		applies: ON_DEVICE,
		find: classesMisnamed,
		bad: [
			["modules/at/channel.ts", "export class Channel {} export class Other {}"],
			["modules/at/channel.ts", "export class Lines {}"],
		],
		good: [
			["modules/at/at-channel.ts", "export class AtChannel {} export class AtError extends Error {}"],
			["modules/modem/hl7800.ts", "export class HL7800 {}"],
			["hosts/emulator/modem.ts", "export class EmulatedModem {}"],
			[
				"modules/storage/errors.ts",
				"export class AError extends Error {} export class BError extends Error {}",
			],
		],
	},
	{
		what: "an error class is an Error with its own name",
		why: "callers and logs tell errors by `name`, and assigning it in a constructor fails on the frozen prototype",
		applies: ON_DEVICE,
		find: errorsUnnamed,
		bad: [
			["modules/at/errors.ts", "export class TimeoutError extends Error {}"],
			["modules/at/errors.ts", `export class TimeoutError { name = "TimeoutError"; }`],
			["modules/at/errors.ts", `export class TimeoutError extends Error { override name = "Timeout"; }`],
			[
				"modules/at/errors.ts",
				`class TimeoutError extends Error { constructor() { super(); this.name = "TimeoutError"; } }`,
			],
			["modules/at/errors.ts", `class Timeout extends Error { override name = "Timeout"; }`],
		],
		good: [
			["modules/at/errors.ts", `export class TimeoutError extends Error { override name = "TimeoutError"; }`],
			["modules/at/errors.ts", `class AError extends TimeoutError { override name = "AError"; }`],
		],
	},
	{
		what: "a title that names a promise begins with it",
		why: "a failing test says at once which promise is broken",
		applies: TESTS,
		find: unprefixedPromises,
		bad: [
			["test/a.test.ts", `test("P2 short times never add up", (t) => {});`],
			["test/a.test.ts", `test("short times never add up (P2)", (t) => {});`],
			["test/a.test.ts", `test.serial("P2,P3: both", (t) => {});`],
			["test/a.test.ts", "test(`P0: $" + "{name}`, (t) => {});"],
		],
		good: [
			["test/a.test.ts", `test("P2: short times never add up", (t) => {});`],
			["test/a.test.ts", `test("P2, P3: both", (t) => {});`],
			["test/a.test.ts", "test(`P4: $" + "{name}`, (t) => {});"],
			["test/a.test.ts", `test("a title without one", (t) => {});`],
		],
	},
];
