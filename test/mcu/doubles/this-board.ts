import type { OpenBoard } from "../../../hosts/mcu/board.js";
import { board } from "./socket.js";

/** The module `update-window/mcu/this-board` of the board that is plugged in. */
export const openBoard: OpenBoard = (options) => board().open(options);
