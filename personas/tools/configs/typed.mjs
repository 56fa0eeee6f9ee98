import tseslint from "typescript-eslint";

/** A handful of choices, most of typescript-eslint, that need no type information. */
export default [
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tseslint.parser },
    plugins: { "@typescript-eslint": tseslint.plugin },
    rules: {
      "@typescript-eslint/array-type": ["error", { default: "generic" }],
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-member-accessibility": ["error", { accessibility: "no-public" }],
      "@typescript-eslint/no-inferrable-types": "error",
      "prefer-arrow-callback": "error",
      "prefer-template": "error",
      curly: "error",
    },
  },
];
