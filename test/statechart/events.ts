import type { Activity } from "../../modules/elements/modem-avms.js";
import type { Found, PackageKnown, WindowEvent } from "../../modules/window/machine.js";

/** The order's package; one byte more is another's. */
export const SIZE_BYTES = 1_000;

const FOUND: readonly Found[] = ["to", "from", "other", "wrong-model", "none"];
const ACTIVITIES: readonly Activity[] = ["idle", "session", "offered", "ready"];
const KNOWN: readonly PackageKnown[] = [
	{ accepted: false, matched: false, foreign: false },
	{ accepted: true, matched: false, foreign: false },
	{ accepted: true, matched: true, foreign: false },
	{ accepted: false, matched: false, foreign: true },
];

/** Every event of the window with every payload that can make a difference; `WindowEvent` is their type. */
export const EVENTS: readonly WindowEvent[] = [
	...FOUND.flatMap((found) =>
		ACTIVITIES.flatMap((activity) =>
			(["current", "due"] as const).map(
				(others): WindowEvent => ({ type: "found", found, activity, others }),
			),
		),
	),
	...ACTIVITIES.map((activity): WindowEvent => ({ type: "status", activity })),
	...[...FOUND, "silent" as const].flatMap((found) =>
		[true, false].map((busy): WindowEvent => ({ type: "read", found, busy })),
	),
	...(["old", "new", "mixed"] as const).map(
		(set): WindowEvent => ({ type: "recovered", set, reason: "read-back" }),
	),
	...(["connect", "download", "install"] as const).map(
		(request): WindowEvent => ({ type: "request", request }),
	),
	{ type: "package", sizeBytes: SIZE_BYTES },
	{ type: "package", sizeBytes: SIZE_BYTES + 1 },
	...KNOWN.map((known): WindowEvent => ({ type: "download-refused", ...known })),
	{ type: "fault", reason: "no-modem" },
	{ type: "fault", reason: "journal-not-writable" },
	{ type: "others-failed", reason: "no-answer" },
	{ type: "file-failed", reason: "no-image" },
	...(
		[
			"written",
			"on-trial",
			"accepted",
			"rejected",
			"restart-needed",
			"file-sent",
			"ready",
			"authenticating",
			"authentication-failed",
			"session-started",
			"session-refused",
			"session-ended",
			"progress",
			"downloaded",
			"download-failed",
			"signature-rejected",
			"installing",
			"installed",
			"install-failed",
			"restarted",
			"unlaunched",
			"install-accepted",
			"install-refused",
			"install-unsent",
			"ended",
			"power-off",
		] as const
	).map((type) => ({ type }) as WindowEvent),
];

/** A name for one event with its payload, for people and for maps. */
export function nameOf(event: { type: string }): string {
	const { type, ...payload } = event;
	const values = Object.entries(payload)
		.filter(([key]) => key !== "reason" || type === "fault")
		.map(([key, value]) => (typeof value === "boolean" ? (value ? key : "") : String(value)));
	return [type, ...values.filter(Boolean)].join(" ");
}
