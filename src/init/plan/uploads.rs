//! Where uploads go.

use crate::diag;

use super::Work;
use crate::init::app::{Database, Uploads};

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    match work.app.uploads {
        Some(Uploads::Bucket) => {
            work.components.add("object-storage");
            work.decide("uploads: a bucket");
            work.note("uploads: components/object-storage says which variables config/storage.yml has to read, and what to set");
        }
        // They share the disk of the database.
        Some(Uploads::Disk) if work.app.database == Some(Database::Sqlite) => {}
        Some(Uploads::Disk) => {
            work.components.add("volumes");
            work.decide("uploads: a disk that all pods share");
            work.note("uploads: the disk of components/volumes needs a storage class with ReadWriteMany; the canary has none, a bucket needs none");
        }
        None => {}
    }
    Ok(())
}
