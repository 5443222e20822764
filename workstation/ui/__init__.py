"""Floor ui: the window; the only floor that may import Qt."""

from workstation.ui.sources import leave_unread

leave_unread()  # before Qt and the libraries are imported, which is what the modules below do
