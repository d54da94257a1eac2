//! What stands between the network and the pages.

pub(crate) mod cookies;
pub(crate) mod door;
pub(crate) mod headers;
pub(crate) mod hosts;
pub(crate) mod net;
