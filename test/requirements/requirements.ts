/** What the user asks for, in sentences that can be checked; the promises stand in the README and are taken from there. */
export interface Requirement {
	id: string;
	text: string;
	/** Where it comes from. */
	from: string;
}

export const REQUIREMENTS: readonly Requirement[] = [
	{
		id: "R1",
		text: "Firmware is installed only in a window, and a window opens only when the product is switched on.",
		from: "user; design 1",
	},
	{
		id: "R2",
		text: "A window needs an off-time of at least 10 minutes (configurable), a lower bound by the RTC; one off-time opens one window, and every boot tells with `opensFrom` from which off-time it always opens.",
		from: "user; design 1, 4",
	},
	{
		id: "R3",
		text: "After a brief power cut the product monitors at once; only where an update was cut off does recovery go first, within its limit.",
		from: "user; design 1, 4",
	},
	{
		id: "R4",
		text: "The company names exactly one version to update to and the versions to start from; nothing else is accepted, and what runs afterwards is read back and told.",
		from: "user; design 1",
	},
	{
		id: "R5",
		text: "Modem, our own MCU and the other processors, up to 32 elements, move together as a set, or say that they did not.",
		from: "user; design 1, 4",
	},
	{
		id: "R6",
		text: "Half a download, or a package, that an earlier window left behind never goes on by itself; it is put off and reported, until the company cancels the job, sends a local file, or an order that adopts it.",
		from: "user; design 1",
	},
	{
		id: "R7",
		text: "HL7692 and HL7800 are both driven, named or found by asking, whatever they know or lack of the optional commands.",
		from: "user; design 1, 3",
	},
	{
		id: "R8",
		text: "An answer of the modem belongs to its command, whatever else the modem says, and however late, twice, or not at all it answers.",
		from: "design 3",
	},
	{
		id: "R9",
		text: "There are two policies: `window` downloads and installs in a window, `prefetch` downloads while the product monitors and installs in a window.",
		from: "user; design 4",
	},
	{
		id: "R10",
		text: "The modem is updated by its vendor's server (AVMS) or by a local file over XMODEM, as the order allows; what became of an install it may report to its server, then or later.",
		from: "user; design 3",
	},
	{
		id: "R11",
		text: "Another processor with MCUboot is updated by SMP over a serial line: its image is uploaded, tried, accepted, and taken back.",
		from: "user; design 3, 4",
	},
	{
		id: "R12",
		text: "Our own MCU is updated by two boot slots: its image is written, tried after a restart in the window, accepted, and taken back.",
		from: "user; design 3, 4",
	},
	{
		id: "R13",
		text: "Images come from the product's storage or from a web server, go on where a connection broke, and are checked by size and SHA-256 as they stream.",
		from: "design 3, 4; README",
	},
	{
		id: "R14",
		text: "The company makes keys with `key` and makes, signs, verifies and shows orders with `order`; openssl reads the keys and agrees on the signatures.",
		from: "user; command line",
	},
	{
		id: "R15",
		text: "The next order comes by storage, web server or service console while the product monitors; it is stored, and only a later boot acts on it.",
		from: "README",
	},
	{
		id: "R16",
		text: "What was decided, done and refused stands in an event log of bounded size that survives power cuts; `log` shows it.",
		from: "command line; README",
	},
	{
		id: "R17",
		text: "For the life of the product the guard arms the modem each time it comes up, puts off what it asks, reads the agreements back, and reports what it could not prevent.",
		from: "design 4",
	},
	{
		id: "R18",
		text: "`run` is one boot of the product on a real serial port; its options, events, their order, and its exit statuses are those of the contract.",
		from: "command line",
	},
	{
		id: "R19",
		text: "Wrong input is answered with what was wrong, which value, and what would be right, with a status of its own and without a stack.",
		from: "command line",
	},
	{
		id: "R20",
		text: "Without any hardware `demo` tells the whole story in less than a minute, and `emulate` is a modem, a processor or a whole set for any other program.",
		from: "user; command line",
	},
	{
		id: "R21",
		text: "The modules run on Moddable XS, deep-frozen as in flash, as they do in Node; what they take of RAM and computation has ceilings.",
		from: "user; design 5",
	},
	{
		id: "R22",
		text: "The firmware is there for a PC, ESP32, Moddable Two and Raspberry Pi Pico, with clocks, stores, watchdog and a hold line that fails safe; a call of the platform that fails never keeps monitoring back.",
		from: "user; design 3, 4",
	},
	{
		id: "R23",
		text: "The simulator shows the product, its elements and its server on a screen under mcsim, to be played by hand.",
		from: "user; design 3",
	},
	{
		id: "R24",
		text: "The window is one statechart in xstate v5; each of its transitions is taken by a test, and its pictures are drawn from it.",
		from: "user; design 4",
	},
	{
		id: "R25",
		text: "The code keeps the rules of modules/README.md: constrained TypeScript, data that flows one way, an emulator that imports nothing of `modules`.",
		from: "user; design 3, 5",
	},
	{
		id: "R26",
		text: "Other products take the modules out of the package by its manifest, by `mcpack` or in Node, with the very packages that were tested.",
		from: "design 3; modules/README.md",
	},
	{
		id: "R27",
		text: "What the documents say is so: commands run as they are printed, tables and pictures are made from the code, and every requirement has its tests.",
		from: "user",
	},
	{
		id: "R28",
		text: "The emulator behaves as the public documents say, and has a switch for each reading of what they leave open.",
		from: "user; design 1, 3",
	},
	{
		id: "R29",
		text: "Checksums, encodings, signatures and protocols of others agree with published vectors and with another implementation.",
		from: "design 3, 4",
	},
	{
		id: "R30",
		text: "Broken promises are searched for: by power cuts, noise, every path of the statechart, long life. What is found replays by its seed, planted faults are found, and what the tests stand on is tested.",
		from: "user",
	},
];
