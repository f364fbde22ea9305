interface Group {
	/** Why it is all right that nothing finds them, or that it is not. */
	why: string;
	ids: readonly string[];
}

/** Mutants that nothing in the quick share finds; read by hand. One that is not here breaks the check. */
const GROUPS: readonly Group[] = [
	{
		why: "`run` alone hears that the guard has settled, and leaves by it: its tests are processes of their own (test/node/run-guard, test/node/run-odd-modem).",
		ids: [
			"window/guard.js start left-out #4",
			"window/guard.js hearGone left-out #2",
			"window/guard.js hearGone left-out #4",
			"window/guard.js #arm left-out #12",
			"window/guard.js #putOff left-out #3",
			"window/guard.js #settle negated #0",
			"window/guard.js #settle negated #1",
			"window/guard.js #settle negated #2",
			"window/guard.js #settle negated #3",
			"window/guard.js #settle left-out #0",
			"window/guard.js #settle left-out #1",
			"window/guard.js #settle left-out #2",
			"window/replies.js pending no-return #0",
		],
	},
	{
		why: "The services are closed right after it, or the port is gone: nothing can be sent any more, and what still fires ends there.",
		ids: [
			"window/guard.js stop negated #0",
			"window/guard.js stop left-out #0",
			"window/guard.js stop left-out #1",
			"window/guard.js stop left-out #2",
			"window/guard.js stop left-out #3",
			"window/guard.js hearGone left-out #1",
			"window/guard.js hearGone left-out #3",
			"window/replies.js clear left-out #0",
		],
	},
	{
		why: "A call of the board that fails leads here: test/mcu/firmware-faults strikes these calls, in a process of its own.",
		ids: [
			"window/guard.js shut left-out #0",
			"window/guard.js shut negated #0",
			"window/guard.js shut left-out #1",
			"window/guard.js shut left-out #2",
		],
	},
	{
		why: "Other tables are made of these numbers while modules are loaded, before a mutant can be switched on. The reply codes among them are found.",
		ids: [
			"modem/requests.js REQUESTS one-more #0",
			"modem/requests.js REQUESTS one-more #3",
			"modem/requests.js REQUESTS one-more #4",
			"modem/requests.js REQUESTS one-more #7",
			"modem/requests.js REQUESTS one-more #8",
			"modem/requests.js REQUESTS one-more #11",
			"modem/requests.js REQUESTS one-more #12",
			"modem/requests.js REQUESTS one-more #15",
			"modem/requests.js REQUESTS one-more #16",
			"modem/requests.js REQUESTS one-more #19",
		],
	},
	{
		why: "The guard stands only where such an event comes: what is asked is for the compiler.",
		ids: ["window/machine.js windowMachine negated #37"],
	},
	{
		why: "Of the three requests that come here the other two are answered before it; a fourth kind would be put off, not installed.",
		ids: ["window.open.staging: request #3 guard true"],
	},
];

/** The reason by the mutant's id. */
export const SURVIVORS: Readonly<Record<string, string>> = Object.fromEntries(
	GROUPS.flatMap(({ why, ids }) => ids.map((id) => [id, why])),
);
