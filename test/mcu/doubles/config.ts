import { board } from "./socket.js";

/** The SDK's `mc/config`, with the values of the board that is plugged in. */
export default Object.freeze({
	get modem() {
		return board().config.modem;
	},
	get key() {
		return board().config.key;
	},
	get apn() {
		return board().config.apn;
	},
	get policy() {
		return board().config.policy;
	},
});
