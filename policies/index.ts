import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules/index.ts";

new PolicyPack("slipway", { policies: [...rules], enforcementLevel: "mandatory" });
