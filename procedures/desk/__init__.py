"""The editor's desk without its screens: forms, drafts, differences, saving. Screens: procedures/admin/."""
