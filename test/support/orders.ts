export * from "../../hosts/sim/sample-orders.js";
