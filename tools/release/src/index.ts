export { type Bill, billOfMaterials } from './bill-of-materials.ts';
export { BUDGET, type Budget, overBudget } from './budget.ts';
export { installInto } from './install.ts';
export { type InstalledPackage, installedPackages } from './installed-packages.ts';
export { foldersBehind, packFolders } from './pack.ts';
